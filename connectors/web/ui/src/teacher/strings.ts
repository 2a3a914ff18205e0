/** Every Chinese word the teacher's page says by itself, named. */
import type { EncounterMode } from "../core/practice-wire";

export const T = {
  login: { title: "带教台", lead: "请用带教密钥登录", key: "密钥", name: "您的姓名", login: "登录", wrong: "密钥不对，请核对后再试", offline: "连不上服务器，请稍后再试" },
  title: "带教台", again: "登录已过期，请重新登录", failed: "没有成功，请再试一次", offline: "连不上服务器，请检查网络后再试", retry: "重试", loading: "正在读取…", cancel: "取消", logout: "退出",
  nav: { label: "页面", class: "班级", talks: "问诊", kappa: "一致性", items: "题目分析" },
  modes: { training: "训练", exam: "考试" } as Record<EncounterMode, string>,
  class: {
    choose: "班级", none: "还没有班级。建一个班级，把班级码发给学员。", make: "新建班级", name: "班级名称", nameHint: "如：2024 级临床三班", create: "建立",
    share: "请同事一起带这个班", shareName: "同事登录时用的姓名", shareGo: "加入同事", shared: (name: string) => `${name} 现在也能看到这个班。`, shareMore: "两位老师各自盲评，才能算一致性。",
    code: "班级码", codeMore: "学员在练习页的“我的”里输入班级码和姓名，或在微信里发送：加入班级 班级码 姓名", copy: "复制", copied: "已复制", copyFailed: "请长按选中复制",
    members: (n: number) => `学员（${n}）`, noMembers: "还没有学员加入。", learner: "姓名", finished: "完成", average: "平均分", dash: "—",
    tasks: "作业", noTasks: "还没有布置作业。", until: (from: string, to: string) => `${from} 至 ${to}`, from: (at: string) => `${at} 起`, to: (at: string) => `${at} 截止`, always: "不限时间",
    attempts: (n: number | null) => n === null ? "不限次数" : `${n} 次`, minutes: (n: number) => `${n} 分钟`, doneBy: (n: number) => `${n} 人完成`,
    csv: "导出 CSV", xapi: "导出 xAPI", exports: "导出",
  },
  assign: { title: "布置作业", case: "病例", mode: "方式", opens: "开始时间（北京时间）", closes: "截止时间（北京时间）", attempts: "次数", minutes: "限时（分钟）", empty: "空着表示不限", give: "布置", done: "已布置", order: "截止时间要晚于开始时间", past: "截止时间已经过了" },
  talks: {
    running: "正在问诊", ended: "已结束", list: "问诊", empty: "还没有人问诊", emptyMore: "学员开始后会出现在这里", choose: "从左侧选择一次问诊", turns: (n: number) => `${n} 轮`, since: (words: string) => `${words}前`,
    score: (total: number, max: number) => `${total} / ${max} 分`, live: "每 5 秒更新", lost: "连接中断，正在重试…", back: "返回列表", reading: "旁听中", over: "这次问诊刚结束",
    see: "看讲评", blind: "盲评", ask: "先盲评还是直接看讲评？", askMore: "盲评时看不到机器的评分，用来核对机器评得准不准。看过讲评后不能再盲评。", marked: "您已盲评过这一份。", seen: "已看过讲评，不能再盲评。",
  },
  blind: { title: "盲评", ending: "学员的结论", lead: "读完对话，逐条判断学员做到没有。", yes: "做到", no: "没做到", submit: "提交盲评", left: (n: number) => `还有 ${n} 条没有判断`, cancel: "先不评", done: "盲评已提交，谢谢。" },
  override: { open: "改分", points: (max: number) => `改为（0–${max} 分）`, reason: "理由", reasonHint: "会给学员看", save: "保存", needed: "请写分数和理由" },
  kappa: {
    title: "评分一致性（κ）", case: "病例", all: "全部病例", lead: (threshold: string, n: number) => `由 ${n} 份盲评算出。两位老师都评过、条数够多而 κ 不到 ${threshold} 的组，机器不评，留给老师。`, none: "还没有盲评。两位老师各盲评几份后，这里会显示一致性。",
    group: "评分组", count: "条数", trust: "机器评分", yes: "可用", no: "不用", pair: (a: string, b: string) => `${a}—${b}`, dash: "—", untrusted: (groups: string) => `这些组机器不评分，请老师评：${groups}`, once: "还没有两位老师都评过的问诊，先由机器评分。", good: "各组都可由机器评分。",
  },
  items: { title: "题目分析", lead: (n: number) => `${n} 次问诊里，每一条有多少人问到。没人问到的排在最前。`, none: "还没有完成的问诊。", nobody: "没人问到", share: (asked: number, all: number) => `${asked} / ${all}` },
} as const;
