/** Every Chinese word of a debrief. Learner and teacher read the same ones, so nobody is addressed. */
import type { HeatState } from "../core/practice-wire";

export const D = {
  score: "总分", passed: "通过", notPassed: "未通过", parts: "分项得分", got: "问到的", missed: "漏掉的", critical: "关键", your: "提交的诊断", truth: "参考诊断",
  right: "正确", wrong: "不符", quote: "原话：", wrote: "写的：", all: (n: number) => `看全部 ${n} 条`, why: "为什么重要：", teaching: "教学要点", none: "没有遗漏，很好。", noneGot: "没有得分的条目。",
  points: (got: number, max: number) => `${got} / ${max} 分`, waits: "待老师评", waiting: "等老师评的", summary: "总评", sections: "跳到",
  jump: (n: number) => `看第 ${n} 句`, stillOpen: (points: number) => `另有 ${points} 分等老师评`, machine: (total: number) => `机器评分 ${total}，含老师改动`,
  override: (teacher: string, points: number, reason: string) => `${teacher}老师改为 ${points} 分：${reason}`,
  talk: {
    title: "对话回看", said: (n: number) => `第 ${n} 句`, you: "学员", patient: "病人", desk: "检查台", deskMark: "【检查台】", unlocked: (labels: string) => `说出：${labels}`, ordered: (labels: string) => `申请：${labels}`,
    back: "回到评分", fork: "从这里重练", empty: "这次没有对话。",
  },
  heat: {
    title: "问诊热图", lead: "每格是病例里的一条病史。点一格，看是哪一句问到的。", keys: "方向键移动，回车跳到那一句",
    state: { never: "没问到", asked: "问到，没说出", told: "已说出" } as Record<HeatState, string>, mark: { never: "○", asked: "◐", told: "●" } as Record<HeatState, string>,
    must: "必问", red: "危险信号", count: (state: string, n: number) => `${state} ${n}`, cell: (label: string, state: string, more: string) => `${label}：${state}${more}`,
    askedAt: (turns: string) => `，第 ${turns} 句问到`, toldAt: (n: number) => `，第 ${n} 句说出`, choose: "点一格看说明",
    sections: { present: "现病史", past: "既往史", drugs: "用药", allergy: "过敏", family: "家族史", social: "个人史", ideas: "想法和担心" } as Record<string, string>,
  },
  order: { title: "问诊顺序", lead: "理想的先后，和这次实际走到的地方。", at: (n: number) => `第 ${n} 句`, never: "没做到", out: "先后不对" },
  expert: { title: "对照专家", lead: "专家会这样问。打勾的是这次也问到的。", yes: "问到了", no: "没问到", show: (n: number) => `看全部 ${n} 句` },
  tests: {
    title: "检查", needed: "该做的", done: "已做", notDone: "没做", useless: "不必做的", harmful: "有害的", total: (cost: string, minutes: number) => `共 ${cost} 元，约 ${minutes} 分钟`, none: "没有申请检查。",
  },
  counts: {
    title: "问诊数字", turns: "对话轮数", questions: "提问", open: "开放式提问", empathy: "共情", jargon: "病人听不懂的话", interruptions: "打断", rude: "生硬", time: "用时",
  },
  sbar: "交接（SBAR）", counter: { title: "换掉的细节", yes: "注意到了", no: "没有注意到" },
  comment: { title: "模型点评", honest: "由语言模型写成，不计入得分，仅供参考。", strengths: "做得好", gaps: "要加强", next: "下次试试" },
  reflection: { title: "我的反思", hint: "这次最想改进的是什么？下次怎么问？", save: "保存", saved: "已保存", failed: "没有保存上，请再试一次", theirs: "学员的反思" },
  files: { pdf: "下载 PDF", json: "下载 JSON", failed: "没有下载成功，请再试一次" }, again: "再选一例",
  seconds: (total: number) => total < 60 ? `${total} 秒` : `${Math.floor(total / 60)} 分 ${total % 60} 秒`,
} as const;
