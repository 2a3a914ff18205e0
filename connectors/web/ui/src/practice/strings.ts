/** Every Chinese word the practice page says by itself, named. Apart from the patients' page, which need not load them. */
import type { Assignment, EncounterMode } from "../core/practice-wire";

export const P = {
  title: "问诊练习", lead: "选一位模拟病人，像在诊室里一样问诊，结束后得到逐条讲评。", fiction: "病人由程序扮演，与真实患者无关。",
  nav: { home: "练习", me: "我的", label: "页面" },
  loading: "正在读取…", failed: "没有成功，请再试一次", offline: "连不上服务器，请检查网络后再试", retry: "重试", cancel: "取消",
  gone: "这次练习已结束或找不到了，请重新选择。", minutes: (n: number) => `${n} 分钟`,
  levels: { easy: "容易", medium: "中等", hard: "较难" } as Record<string, string>,
  modes: { training: "训练", exam: "考试" } as Record<EncounterMode, string>,
  how: {
    title: "怎样练", training: "不限时，可以看提示、暂停，讲评后能从任意一句重练。", exam: "计时，没有提示，不能暂停；只有一次，到时自动交卷，交卷后不能再改。",
    counter: "换一个细节", counterMore: "病例里有一处和原来不同，看您有没有真的在听。",
  },
  tasks: {
    title: "班级作业", open: (until: string) => `${until} 截止`, opens: (at: string) => `${at} 开放`, attempts: (n: number) => `还可做 ${n} 次`,
    state: { open: "进行中", future: "未开放", closed: "已截止", done: "已完成" } as Record<Assignment["state"], string>, start: "开始作业", resume: "继续作业", always: "不限时间",
  },
  going: { title: "没做完的", resume: "继续问诊", drop: "放弃", dropAsk: "放弃后这次问诊不能再继续。确定放弃吗？", dropYes: "确定放弃", since: (at: string) => `${at} 开始`, clock: "考试时间仍在走" },
  list: {
    title: "病例", search: "搜索病例", searchHint: "症状、科室或年龄", specialty: "科室", level: "难度", time: "时间", all: "全部",
    upTo: (n: number) => `${n} 分钟内`, found: (n: number) => `共 ${n} 例`, none: "没有合适的病例，换个条件试试。", clear: "清除条件",
    empty: "还没有病例，请联系老师。", goals: "学习目标", start: "开始问诊",
  },
  examAsk: { title: "开始考试？", words: (minutes: number) => `限时 ${minutes} 分钟，开始后计时不停，没有提示，只有一次机会。`, yes: "开始考试" },
  room: {
    earlier: (n: number) => `前面的对话（${n} 句）`, hint: "请输入问诊的话", input: "对模拟病人说", setting: "场景", doctor: "我（学员）", leave: "先离开（进度会保留）", tabs: "诊室",
    talk: "对话", desk: "检查台", notes: "笔记", end: "结束并提交", answered: "有新回答",
    askHint: "提示", hintIs: (n: number, text: string) => `提示 ${n}：${text}`, hintClose: "收起", pause: "暂停", resume: "继续", paused: "已暂停，时间停了。", resumed: "继续计时。",
    spent: "已用时", left: "剩余时间", soon: (n: number) => `还剩 ${n} 分钟，请准备交卷。`, over: "时间到，正在交卷…", overFailed: "时间到了，但没有交上去。内容已保留，请重试。",
  },
  desk: {
    lead: "体格检查和化验都在这里申请。", search: "查找检查", searchHint: "如：心电图", ask: "申请", asking: "申请中", asked: "已做", byWords: (words: string) => `按“${words}”申请`,
    none: "目录里没有，可以按您的说法申请。", results: "结果", noResults: "还没有申请检查。", spent: (count: number, cost: string, minutes: number) => `已做 ${count} 项，费用 ${cost} 元，约需 ${minutes} 分钟`,
    cost: (cost: string, minutes: number) => `${cost} 元 · ${minutes} 分钟`, kinds: { exam: "体格检查", test: "辅助检查" } as Record<string, string>,
    catalogue: "检查目录", picture: (label: string) => `${label}的图`, back: "看结果", unknown: "这里做不了这项检查。",
  },
  notes: { title: "我的笔记", hint: "只有您自己能看到", saved: "已保存", saving: "正在保存…", kept: "已保存在本机，联网后再传" },
  end: {
    lead: "写下结论再提交。写到一半离开也不会丢。", diagnosis: "诊断", diagnosisHint: "您认为最可能的诊断", differentials: "鉴别诊断", differentialsHint: "还要排除哪些病",
    reasons: "依据", reasonsHint: "支持和不支持的要点", plan: "处理计划", planHint: "下一步检查、处理和嘱咐",
    sbar: "交给护士（SBAR）", sbarLead: "用四句话把病人交代清楚。", situation: "S 现况", situationHint: "谁，现在怎么了", background: "B 背景", backgroundHint: "病史、过敏、用药",
    assessment: "A 评估", assessmentHint: "您的判断和生命体征", recommendation: "R 建议", recommendationHint: "请护士做什么，多久观察一次",
    submit: "提交并看讲评", submitting: "正在提交…", needed: "请先写下诊断", sure: "交卷后不能再改。确定交卷吗？", sureYes: "确定交卷",
  },
  me: {
    join: "加入班级", code: "班级码", codeHint: "8 位字母数字", name: "您的姓名", joinGo: "加入", joined: (name: string) => `已加入 ${name}`, joinLead: "老师会给您班级码。加入后能看到作业和排行榜。",
    wrong: "没有这个班级码，请核对。", classes: "我的班级", hello: (name: string) => `${name}，您好`,
    board: "排行榜", boardOn: "让同班同学看到我的成绩", boardMore: "默认不公开。打开后您才会出现在排行榜上。", boardEmpty: "还没有人上榜。每人练满几例、自己愿意公开，才会上榜。",
    rank: "名次", learner: "姓名", average: "平均分", best: "近期最好", finished: "完成", mine: "我",
    trend: "成绩变化", trendEmpty: "完成一次问诊后，这里会显示成绩变化。", trendFew: "再完成一次就能看到变化曲线。", score: "得分", when: "时间", caseTitle: "病例", open: "看讲评",
    trendAlt: (n: number, first: number, last: number) => `最近 ${n} 次得分，从 ${first}% 到 ${last}%`, shared: "在公用电脑上，用完请退出。", leave: "退出", left: "已退出，这台设备上不再有您的记录。", leaveAsk: "退出后，这台设备上的记录会清除；再加入班级会算作新学员，老师那里已有的成绩不变。确定退出吗？",
    device: "没有加入班级时，成绩只记在这台设备上。",
  },
} as const;
