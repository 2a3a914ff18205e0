/** The development server's small world: conversations in memory, answers by a few fixed words. Never built into the pages. */
import type { ServerResponse } from "node:http";
import type { Author, Button, ConversationState, Handoff, Kind, Message, Source } from "../src/core/wire";

export interface Talk { id: string; messages: Message[]; state: ConversationState; listeners: Set<ServerResponse>; practice: boolean }
interface Answer { text: string; kind?: Kind; buttons?: string[]; sources?: Source[]; author?: Author }

export const talks = new Map<string, Talk>();
export const handoffs = new Map<string, Handoff & { talk: string }>();
export const deskListeners = new Set<ServerResponse>();

export function event(to: Iterable<ServerResponse>, name: string, data: unknown, id?: number): void {
  const head = id === undefined ? "" : `id: ${id}\n`;
  for (const response of to) response.write(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

export function newTalk(id: string, practice = false): Talk {
  const talk: Talk = { id, messages: [], state: { mode: practice ? "practice" : "assistant", handoff: null }, listeners: new Set(), practice };
  talks.set(id, talk);
  return talk;
}

let made = 0;
export function add(talk: Talk, author: Author, answer: Answer, turn: string | null = null, clientId: string | null = null): Message {
  const seq = talk.messages.length + 1;
  const buttons: Button[] = (answer.buttons ?? []).map((label) => ({ id: `b${++made}`, label }));
  const message: Message = { seq, id: `m${++made}`, client_id: clientId, turn, author, kind: answer.kind ?? "text", text: answer.text,
    buttons, sources: answer.sources ?? [], picture: "", at: new Date().toISOString() };
  talk.messages.push(message);
  event(talk.listeners, "message", message, seq);
  const handoff = [...handoffs.values()].find((one) => one.talk === talk.id && one.status === "accepted");
  if (handoff) event(deskListeners, "message", { handoff: handoff.id, message });
  return message;
}

export function setState(talk: Talk, state: ConversationState): void {
  talk.state = state;
  event(talk.listeners, "state", state);
}

export function requestHandoff(talk: Talk, urgency: Handoff["urgency"], reason: string): void {
  if ([...handoffs.values()].some((one) => one.talk === talk.id && one.status !== "closed")) return;
  const id = `h${++made}`;
  const handoff = { id, status: "requested" as const, urgency, reason, summary: `患者说：${talk.messages.at(-1)?.text ?? ""}`, patient: `访客 ${talk.id.slice(0, 4).toUpperCase()}`,
    nurse: null, requested_at: new Date().toISOString(), last: talk.messages.at(-1)?.text ?? "", unread: 1, talk: talk.id };
  handoffs.set(id, handoff);
  event(deskListeners, "handoff", handoff);
  setState(talk, { mode: "handoff", handoff: { id, status: "requested", nurse: null, ahead: 2 } });
}

const LABEL: Source = { n: 1, title: "苯磺酸氨氯地平片说明书", publisher: "药品说明书（NMPA 核准）", reviewed: "2026-11-01", excerpt: "【用法用量】见说明书原文（开发用示例文字）。" };

function answerTo(text: string): Answer[] {
  if (/胸痛|胸口/.test(text)) return [{ kind: "red_flag", text: "您说的情况可能很危险。请立即停下活动，坐下或躺下，马上拨打 120，不要自己开车。\n身边有人请让他陪着您。我已经通知护士。" }];
  if (/不想活/.test(text)) return [{ kind: "red_flag", text: "我很担心您，也很高兴您说出来。请现在就拨打 12356 心理援助热线，有危险时拨打 120。我会陪着您，护士马上来。" }];
  if (/提醒/.test(text)) return [{ text: "好的，请核对：每天 08:00 提醒您服用氨氯地平 5 毫克，从明天开始。对吗？", buttons: ["对", "改时间", "取消"] }, { kind: "reminder", text: "现在是 08:00，该服氨氯地平了：5 毫克，1 片。", buttons: ["已服", "10 分钟后再提醒", "这次不服"] }];
  if (/氨氯地平|问药/.test(text)) return [{ text: "氨氯地平是降血压药，通常每天服一次，时间要固定[1]。\n漏服时，想起来就补服；如果快到下一次服药时间，就跳过这一次，不要加倍[1][2]。", sources: [LABEL, { ...LABEL, n: 2, title: "高血压患者教育：漏服降压药怎么办", publisher: "国家卫生健康委员会" }], buttons: ["不良反应", "禁忌", "相互作用"] }];
  if (/挂号|心内/.test(text)) return [{ text: "您想挂哪个科室？", buttons: ["心血管内科", "呼吸内科", "消化内科", "不清楚挂哪科"] }];
  return [{ text: `您说的是“${text}”。我没有十分的把握，可以请护士来回答。`, buttons: ["转人工", "不用了"] }];
}

const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

export async function respond(talk: Talk, text: string, turn: string): Promise<void> {
  if (talk.state.handoff?.status === "accepted") return;
  if (talk.practice) {
    event(talk.listeners, "typing", { turn });
    await pause(500);
    return void add(talk, "sp", { text: /疼|痛|舒服/.test(text) ? "胸口这儿闷着疼，有半个来小时了，出了一身汗。" : "嗯，这个我说不太清楚，您再问细一点？" }, turn);
  }
  if (/转人工/.test(text)) {
    requestHandoff(talk, "asked", "患者要求人工");
    return void add(talk, "bot", { kind: "notice", text: "已经通知护士，前面还有 2 位。等候时病情加重请立即拨打 120。", buttons: ["取消转人工"] }, turn);
  }
  for (const answer of answerTo(text)) await speak(talk, answer, turn);
  if (/胸痛|胸口|不想活/.test(text)) requestHandoff(talk, "red_flag", text);
}

async function speak(talk: Talk, answer: Answer, turn: string): Promise<void> {
  event(talk.listeners, "typing", { turn });
  await pause(250);
  const sentences = answer.text.match(/[^。？！]+[。？！]?(\[\d\])*[。]?\n?/g) ?? [];
  for (const [index, sentence] of sentences.entries()) {
    if (sentences.length > 1 && !answer.kind) event(talk.listeners, "delta", { turn, index, text: sentence });
    await pause(350);
  }
  add(talk, "bot", answer, turn);
}
