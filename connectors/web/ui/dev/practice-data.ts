/** Words and figures of the development server's practice. Invented; only to look at the pages by hand. */
import type { Debrief, HeatItem, SpokenTurn, TestGroup, TestResult, CaseInfo } from "../src/core/practice-wire";

export const CASES: CaseInfo[] = [
  { id: "chest", title: "58 岁男性，胸痛两小时", specialty: "急诊科", level: "easy", minutes: 15, goals: ["问清胸痛的起病、性质和伴随表现", "尽快找出需要马上处理的情况", "向家属说清下一步"] },
  { id: "cough", title: "34 岁女性，咳嗽发热三天", specialty: "呼吸内科", level: "easy", minutes: 10, goals: ["按顺序问发热和咳嗽", "问接触史与过敏史"] },
  { id: "belly", title: "22 岁女性，右下腹痛一天", specialty: "普外科", level: "medium", minutes: 15, goals: ["问清疼痛的位置变化", "想到妇科情况"] },
  { id: "child", title: "8 月龄婴儿，腹泻两天（母亲代诉）", specialty: "儿科", level: "medium", minutes: 12, goals: ["判断脱水程度", "教会家长补液"] },
  { id: "mood", title: "27 岁女性，失眠、高兴不起来两个月", specialty: "精神科", level: "hard", minutes: 20, goals: ["温和地问情绪", "问清有没有伤害自己的想法"] },
  { id: "old", title: "81 岁女性，家人说她这两天糊涂", specialty: "老年科", level: "hard", minutes: 20, goals: ["分清是突然还是慢慢变糊涂", "查用药"] },
];

export const TESTS: TestGroup[] = [
  { kind: "exam", tests: [["vitals", "生命体征"], ["heart_exam", "心脏听诊"], ["lung_exam", "肺部听诊"], ["abdomen_exam", "腹部触诊"], ["peripheral_pulses", "四肢脉搏与双臂血压"]].map(([id, label]) => ({ id: id!, label: label! })) },
  { kind: "test", tests: [["ecg", "心电图"], ["troponin", "肌钙蛋白"], ["cbc", "血常规"], ["d_dimer", "D-二聚体"], ["chest_ct", "胸部CT"], ["treadmill", "运动平板试验"]].map(([id, label]) => ({ id: id!, label: label! })) },
];

export const RESULTS: Record<string, Omit<TestResult, "id" | "label">> = {
  vitals: { text: "体温 36.5 ℃，脉搏 98 次/分，呼吸 22 次/分，血压 150/92 mmHg，血氧 96%。", table: null, picture: null, minutes: 3, cost: "0" },
  ecg: { text: "窦性心律，98 次/分。V1–V4 导联 ST 段弓背向上抬高 0.2–0.4 mV。", table: null, picture: null, minutes: 5, cost: "30.00" },
  cbc: { text: "", table: [["项目", "结果", "参考值"], ["白细胞", "11.2 ↑", "3.5–9.5 ×10⁹/L"], ["血红蛋白", "142", "130–175 g/L"], ["血小板", "230", "125–350 ×10⁹/L"]], picture: null, minutes: 30, cost: "25.50" },
};

const heat = (section: string, rows: [string, string, string, string, number[], number | null][]): HeatItem[] =>
  rows.map(([id, label, kind, state, asked_at, told_at]) => ({ id, label, section, kind, state: state as HeatItem["state"], asked_at, told_at }));

export const DEBRIEF: Debrief = {
  total: 62, max: 100, passed: false,
  parts: [{ name: "病史采集", got: 18, max: 30 }, { name: "危险信号", got: 8, max: 14 }, { name: "检查", got: 8, max: 12 }, { name: "沟通", got: 9, max: 12 }, { name: "顺序", got: 5, max: 8 }, { name: "诊断与处理", got: 10, max: 16 }, { name: "交接(SBAR)", got: 4, max: 8 }],
  items: [
    { item: "c_onset", part: "病史采集", label: "问起病时间", points: 3, max: 3, asked: true, critical: true, quote: "什么时候开始疼的？", turn: 1, why: "起病时间决定能不能做再灌注治疗。", group: "history", auto: true },
    { item: "c_sweat", part: "危险信号", label: "问出汗、恶心、气促", points: 0, max: 4, asked: false, critical: true, quote: null, turn: null, why: "胸痛伴大汗，多半要立即启动胸痛流程。", group: "red_flags", auto: true },
    { item: "c_radiation", part: "病史采集", label: "问疼痛往哪里窜", points: 2, max: 2, asked: true, critical: false, quote: "疼会不会窜到胳膊或者后背？", turn: 2, why: "放射到左臂、下颌提示心脏来源。", group: "history", auto: true },
    { item: "c_tear", part: "危险信号", label: "问是不是撕裂样、有没有背痛", points: 0, max: 3, asked: false, critical: true, quote: null, turn: null, why: "主动脉夹层用抗凝会致命，必须先想到。", group: "red_flags", auto: true },
    { item: "c_smoke", part: "病史采集", label: "问吸烟", points: 0, max: 2, asked: false, critical: false, quote: null, turn: null, why: "吸烟是冠心病的主要危险因素。", group: "history", auto: true },
    { item: "c_allergy", part: "病史采集", label: "问药物过敏", points: 0, max: 2, asked: false, critical: false, quote: null, turn: null, why: "马上要用药，先问过敏。", group: "history", auto: true },
    { item: "c_ecg", part: "检查", label: "做心电图", points: 4, max: 4, asked: true, critical: true, quote: "先做个心电图。", turn: 3, why: "十分钟内完成心电图。", group: "tests", auto: true },
    { item: "c_empathy", part: "沟通", label: "回应病人的害怕", points: 0, max: 3, asked: false, critical: false, quote: null, turn: null, why: "病人害怕时，先接住情绪，再往下问。", group: "talk", auto: false },
  ],
  diagnosis: { said: "心绞痛", right: false, truth: "急性前壁 ST 段抬高型心肌梗死" },
  heat: [
    ...heat("present", [["onset", "起病时间", "must", "told", [1], 1], ["site", "部位", "must", "told", [1], 1], ["radiation", "往别处窜", "must", "told", [2], 2], ["quality", "性质感觉", "must", "told", [0], 0], ["severity", "程度", "optional", "never", [], null], ["sweat", "出汗", "red_flag", "never", [], null], ["nausea", "恶心呕吐", "optional", "never", [], null], ["dyspnea", "气促", "red_flag", "asked", [2], null], ["tearing", "撕裂样痛", "red_flag", "never", [], null], ["trigger", "诱因", "must", "told", [1], 2]]),
    ...heat("past", [["hypertension", "高血压", "must", "told", [4], 4], ["diabetes", "糖尿病", "optional", "asked", [4], null], ["surgery", "手术外伤", "optional", "never", [], null]]),
    ...heat("drugs", [["medicines", "长期用药", "must", "never", [], null]]),
    ...heat("allergy", [["drug_allergy", "药物过敏", "must", "never", [], null]]),
    ...heat("family", [["family_heart", "家人心脏病", "optional", "never", [], null]]),
    ...heat("social", [["smoking", "吸烟", "must", "never", [], null], ["drinking", "饮酒", "optional", "never", [], null]]),
    ...heat("ideas", [["worry", "最担心什么", "optional", "asked", [4], null]]),
  ],
  order: { got: 5, max: 8, steps: [{ label: "问好、介绍自己", at: 0, in_order: true }, { label: "开放式提问", at: 0, in_order: true }, { label: "起病与性质", at: 1, in_order: true }, { label: "危险信号", at: null, in_order: false }, { label: "心电图（十分钟内）", at: 3, in_order: false }, { label: "既往史", at: 4, in_order: true }, { label: "小结", at: null, in_order: false }] },
  expert: [["您好，我是急诊的李医生，您哪里不舒服？", "quality", "性质感觉", true], ["什么时候开始的？当时在做什么？", "onset", "起病时间", true], ["疼在哪儿？往别处窜吗？", "radiation", "往别处窜", true], ["出汗了吗？恶心吗？喘得上气吗？", "sweat", "出汗", false], ["是不是像撕开一样疼？后背疼吗？", "tearing", "撕裂样痛", false], ["以前有高血压、糖尿病吗？", "hypertension", "高血压", true], ["平时吃什么药？对药过敏吗？", "medicines", "长期用药", false], ["抽烟吗？一天多少？", "smoking", "吸烟", false], ["我看您很担心，我们马上处理。", "worry", "最担心什么", false]]
    .map(([said, id, label, reached]) => ({ said: String(said), items: [{ id: String(id), label: String(label) }], reached: reached === true })),
  talk: { turns: 5, questions: 7, open: 1, empathy: 0, jargon: 1, interruptions: 0, rude: 0, seconds: 412 },
  tests: { needed: [{ id: "ecg", label: "心电图", done: true }, { id: "troponin", label: "肌钙蛋白", done: false }], useless: [{ id: "cbc", label: "血常规" }], harmful: [{ id: "treadmill", label: "运动平板试验", harm: "急性期做运动试验可能引发室颤。" }], minutes: 38, cost: "355.50" },
  sbar: { got: 4, max: 8 }, counter: { label: "这次病人说疼痛窜到后背", noticed: false, why: "原病例是窜到左臂；窜到后背要先排除主动脉夹层。" },
  comment: "问诊有条理；漏掉了决定急缓的伴随症状。", teaching: "胸痛病人先分急缓：起病时间、性质、放射、伴随症状四问不可少。\n十分钟内完成心电图。",
};

export const TURNS: SpokenTurn[] = [
  ["", "大夫，您快给看看，我胸口压得难受。", ["quality"], [], []], ["什么时候开始疼的？在哪个位置？", "今天早上六点多，正搬东西呢，就胸口正中间。", ["onset", "site"], ["onset", "site"], []],
  ["疼会不会窜到胳膊或者后背？有没有呼吸困难？", "往左边胳膊窜。您说的那个困难，是啥意思？", ["radiation"], ["radiation", "dyspnea"], []], ["先做个心电图，再抽个血常规。", "好，您看着办。", [], [], ["ecg", "cbc"]],
  ["以前有没有高血压、糖尿病？", "血压高了七八年了，药想起来才吃。", ["hypertension"], ["hypertension", "diabetes"], []],
].map(([said, answer, items, asked, ordered], turn) => ({ turn, said: String(said), answer: String(answer), at: `2026-11-22T08:0${turn}:00+08:00`,
  sentences: String(answer).split(/(?<=。)/).map((text, at) => ({ text, items: at ? [] : items as string[] })), asked: asked as string[], ordered: ordered as string[] }));
