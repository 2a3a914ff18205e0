/** The development server's practice: encounters, a class, a teacher. In memory, by fixed words. */
import type { Assignment, ClassInfo, EncounterDetail, EncounterMode, EncounterRow, Override } from "../src/core/practice-wire";
import { CASES, DEBRIEF, RESULTS, TESTS, TURNS } from "./practice-data.ts";
import { add, newTalk } from "./world.ts";

type Body = Record<string, unknown>;
export type Route = (body: Body, parts: string[], query: URLSearchParams) => unknown;
export class Refusal extends Error { constructor(readonly status: number, message: string) { super(message); } }

interface Encounter { id: string; case: string; title: string; mode: EncounterMode; minutes: number; started_at: string; ends_at: string | null; paused: boolean; ended: boolean; notes: string; hints: number; reflection: string; overrides: Override[] }

const MINUTE = 60_000;
const iso = (minutes: number) => new Date(Date.now() + minutes * MINUTE).toISOString();
const encounters = new Map<string, Encounter>();
const HINTS = ["先问清起病时间和当时在做什么。", "想一想：哪些表现说明要马上处理？", "别忘了问用药和过敏。"];
const learner = { name: "陈晓雨", board: false, joined: false };
const classes: (ClassInfo & { members: number })[] = [{ id: "k1", name: "2024 级临床三班", code: "K7MP4WQX", members: 4 }];
const tasks = [{ id: "t1", case: "chest", title: "58 岁男性，胸痛两小时", mode: "exam" as const, opens_at: iso(-600), closes_at: iso(2880), attempts: 1, minutes: 4, finished: 2 }];

const one = (id = "") => {
  const found = encounters.get(id);
  if (!found) throw new Refusal(404, "没有找到这次问诊");
  return found;
};

function begin(what: { case: string; mode: EncounterMode; minutes?: number }): object {
  const about = CASES.find((item) => item.id === what.case) ?? CASES[0]!;
  const id = crypto.randomUUID();
  const minutes = what.minutes ?? about.minutes ?? 15;
  const talk = newTalk(id, true);
  add(talk, "sp", { text: TURNS[0]!.answer });
  const made: Encounter = { id, case: about.id, title: about.title, mode: what.mode, minutes, started_at: iso(0), ends_at: what.mode === "exam" ? iso(minutes) : null, paused: false, ended: false, notes: "", hints: 0, reflection: "", overrides: [] };
  encounters.set(id, made);
  return { encounter: id, conversation: id, title: made.title, setting: "早上八点，急诊内科诊室。病人捂着胸口，满头是汗，由女儿扶着进来。", mode: made.mode, minutes, started_at: made.started_at, ends_at: made.ends_at };
}

function order(body: Body): object {
  const words = String(body["test"] ?? "");
  const found = TESTS.flatMap((group) => group.tests).filter((test) => test.id === words || words.includes(test.label));
  if (!found.length) throw new Refusal(422, "检查台不明白您要做什么检查，请换个说法");
  return { results: found.map((test) => ({ ...test, ...(RESULTS[test.id] ?? { text: "未见异常。", table: null, picture: null, minutes: 20, cost: "60.00" }) })) };
}

const sheet = (id: string) => ({ debrief: DEBRIEF, shown: { total: 61, max: 100, passed: false, waiting: 3 }, comment: { strengths: [{ text: "先开放后具体，条理清楚。", item: "c_onset" }], gaps: [{ text: "没有问伴随症状。", item: "c_sweat" }], next: "听到胸痛，先问出汗、恶心、气促。", model: "本地模型" },
  overrides: encounters.get(id)?.overrides ?? [{ item: "c_radiation", points: 1, reason: "只问了胳膊和后背，没问下颌", teacher: "王敏" }], reflection: encounters.get(id)?.reflection ?? "", transcript: TURNS,
  labels: { quality: "性质感觉", onset: "起病时间", site: "部位", radiation: "往别处窜", ecg: "心电图", cbc: "血常规", hypertension: "高血压" } });

const assignments = (): Assignment[] => tasks.map((task) => ({ ...task, class: classes[0]!.name, attempts_left: task.attempts, state: "open" as const }));
const TREND = [48, 55, 51, 66, 72].map((total, at) => ({ encounter: `old${at}`, case: "chest", title: CASES[at % 3]!.title, total, max: 100, passed: total >= 60, ended_at: iso(-6000 + at * 1200) }));

export const STUDENT: [string, RegExp, Route][] = [
  ["GET", /^practice\/cases$/, () => ({ cases: CASES })],
  ["POST", /^practice\/join$/, (body) => {
    if (body["code"] !== classes[0]!.code) throw new Refusal(404, "没有这个班级码，请核对");
    Object.assign(learner, { name: body["name"], joined: true });
    return { learner: "token", class: { id: "k1", name: classes[0]!.name } };
  }],
  ["GET", /^practice\/me$/, () => {
    if (!learner.joined) throw new Refusal(401, "请先加入班级");
    return { name: learner.name, classes: classes.slice(0, 1), board: learner.board, assignments: assignments(), trend: TREND };
  }],
  ["GET", /^practice\/board$/, () => ({ rows: [{ rank: 1, name: "李想", average: 84.5, best_of_last: 92, finished: 9, me: false }, { rank: 2, name: "陈晓雨", average: 72, best_of_last: 78, finished: 5, me: true }, { rank: 2, name: "周航", average: 72, best_of_last: 80, finished: 4, me: false }] })],
  ["PUT", /^practice\/board$/, (body) => { learner.board = body["show"] === true; return null; }],
  ["POST", /^practice\/encounters$/, (body) => {
    const task = tasks.find((item) => item.id === body["assignment"]);
    return begin({ case: String(body["case"]), mode: body["mode"] === "exam" ? "exam" : "training", ...(task ? { minutes: task.minutes } : {}) });
  }],
  ["GET", /^practice\/encounters\/([\w-]+)$/, (_, [id]) => { const { hints, started_at, ...rest } = one(id); return { encounter: id, ...rest, started_at, setting: "急诊内科诊室", hints_used: hints, now: iso(0), seconds: (Date.now() - new Date(started_at).getTime()) / 1000 }; }],
  ["POST", /^practice\/encounters\/([\w-]+)\/hint$/, (_, [id]) => {
    const found = one(id);
    if (found.mode === "exam") throw new Refusal(409, "考试时没有提示");
    return { hint: HINTS[found.hints++ % HINTS.length] };
  }],
  ["GET", /^practice\/encounters\/[\w-]+\/tests$/, () => ({ groups: TESTS })],
  ["POST", /^practice\/encounters\/[\w-]+\/request-test$/, order],
  ["POST", /^practice\/encounters\/([\w-]+)\/(pause|resume)$/, (_, [id, verb]) => { one(id).paused = verb === "pause"; return { paused: one(id).paused }; }],
  ["PUT", /^practice\/encounters\/([\w-]+)\/notes$/, (body, [id]) => { one(id).notes = String(body["text"]); return null; }],
  ["POST", /^practice\/encounters\/([\w-]+)\/end$/, (_, [id]) => { one(id).ended = true; return { debrief: DEBRIEF }; }],
  ["GET", /^practice\/encounters\/([\w-]+)\/debrief$/, (_, [id]) => sheet(id ?? "")],
  ["GET", /^practice\/encounters\/([\w-]+)\/debrief\.json$/, (_, [id]) => sheet(id ?? "")],
  ["PUT", /^practice\/encounters\/([\w-]+)\/reflection$/, (body, [id]) => { const found = encounters.get(id ?? ""); if (found) found.reflection = String(body["text"]); return null; }],
  ["POST", /^practice\/encounters\/([\w-]+)\/fork$/, (_, [id]) => begin({ case: encounters.get(id ?? "")?.case ?? "chest", mode: "training" })],
];

const rows = (): EncounterRow[] => [
  { id: "r1", learner: "李想", case: "chest", title: CASES[0]!.title, mode: "exam", turns: 5, started_at: iso(-4), last_at: iso(-0.4), ended: false, total: null, max: null },
  { id: "r2", learner: "周航", case: "belly", title: CASES[2]!.title, mode: "training", turns: 12, started_at: iso(-11), last_at: iso(-2), ended: false, total: null, max: null },
  { id: "d1", learner: "陈晓雨", case: "chest", title: CASES[0]!.title, mode: "exam", turns: 5, started_at: iso(-90), last_at: iso(-80), ended: true, total: 62, max: 100 },
  { id: "d2", learner: "赵敏", case: "cough", title: CASES[1]!.title, mode: "training", turns: 18, started_at: iso(-190), last_at: iso(-170), ended: true, total: 88, max: 100 },
];
const changed: Override[] = [];
const marked = new Set<string>();

function detail(id = ""): EncounterDetail {
  const row = rows().find((item) => item.id === id);
  if (!row) throw new Refusal(404, "没有找到这次问诊");
  const turns = row.ended ? TURNS : TURNS.slice(0, 2 + Math.floor(Date.now() / 8000) % 4);
  return { ...sheet(""), encounter: id, learner: row.learner, case: row.case, title: row.title, mode: row.mode, ended: row.ended, overrides: changed, reflection: "下次先问伴随症状。",
    debrief: row.ended ? DEBRIEF : null, shown: row.ended ? { total: 62, max: 100, passed: false, waiting: 3 } : null, transcript: turns, marked: marked.has(id) };
}

let entered = false;
const inside = (route: Route): Route => (...all) => {
  if (!entered) throw new Refusal(401, "请先登录");
  return route(...all);
};

const TEACHING: [string, RegExp, Route][] = [
  ["GET", /^teaching\/classes$/, () => ({ classes })],
  ["POST", /^teaching\/classes$/, (body) => { const made = { id: `k${classes.length + 1}`, name: String(body["name"]), code: "R9TX3HNB", members: 0 }; classes.push(made); return made; }],
  ["GET", /^teaching\/classes\/(\w+)$/, (_, [id]) => ({ ...(classes.find((item) => item.id === id) ?? classes[0]!), assignments: id === "k1" ? tasks : [],
    members: id === "k1" ? [["李想", 9, 84.5], ["陈晓雨", 5, 72], ["周航", 4, 72], ["赵敏", 0, null]].map(([name, finished, average], at) => ({ id: `m${at}`, name, finished, average })) : [] })],
  ["POST", /^teaching\/classes\/(\w+)\/assignments$/, (body) => { const made = { ...body, id: `t${tasks.length + 1}`, title: CASES.find((item) => item.id === body["case"])?.title, finished: 0 } as unknown as (typeof tasks)[0]; tasks.push(made); return made; }],
  ["GET", /^teaching\/encounters$/, () => ({ encounters: rows() })],
  ["GET", /^teaching\/encounters\/(\w+)$/, (_, [id], query) => query.get("blind") === "1"
    ? { ...detail(id), debrief: undefined, items: DEBRIEF.items, ending: { diagnosis: "心绞痛", differentials: "主动脉夹层", reasons: "活动后胸痛", plan: "心电图", sbar: { situation: "58岁男性胸痛", background: "高血压", assessment: "", recommendation: "" } } } : detail(id)],
  ["POST", /^teaching\/classes\/\w+\/teachers$/, () => null],
  ["POST", /^teaching\/encounters\/\w+\/overrides$/, (body) => { changed.push({ ...(body as unknown as Override), teacher: "王敏" }); return { overrides: changed }; }],
  ["POST", /^teaching\/encounters\/(\w+)\/marks$/, (_, [id]) => { marked.add(id ?? ""); return null; }],
  ["GET", /^teaching\/kappa$/, () => ({ threshold: "0.85", encounters: 12, machine: "机器", groups: [["病史采集", true, "0.93"], ["危险信号", true, "0.90"], ["检查", true, "1.00"], ["沟通", false, "0.71"], ["诊断与处理", true, "0.88"]].map(([group, trusted, kappa]) =>
    ({ group, n: 96, trusted, pairs: [{ a: "机器", b: "王敏", kappa, n: 96 }, { a: "机器", b: "李静", kappa: "0.86", n: 96 }, { a: "王敏", b: "李静", kappa: group === "检查" ? null : "0.82", n: 96 }] })) })],
  ["GET", /^teaching\/items$/, () => ({ encounters: 24, items: DEBRIEF.items.map(({ item, label, part, critical }, at) => ({ item, label, part, critical, asked: [22, 5, 18, 0, 11, 9, 24, 0][at], judged: 24 })) })],
];

export const TEACHER: [string, RegExp, Route][] = [
  ["POST", /^teaching\/login$/, (body) => { if (body["key"] !== "demo") throw new Refusal(401, "密钥不对，请核对后再试"); entered = true; return null; }],
  ["POST", /^teaching\/logout$/, () => { entered = false; return null; }],
  ...TEACHING.map(([method, shape, route]): [string, RegExp, Route] => [method, shape, inside(route)]),
];
