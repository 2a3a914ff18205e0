/** Builders for the tests: a whole message from the few fields a test cares about. */
import type { Debrief } from "../src/core/practice-wire";
import type { Handoff, Message } from "../src/core/wire";

export function message(seq: number, rest: Partial<Message> = {}): Message {
  return { seq, id: `m${seq}`, client_id: null, turn: null, author: "bot", kind: "text", text: `第${seq}句`, buttons: [], sources: [], picture: "",
    at: "2026-11-21T08:00:00+08:00", ...rest };
}

export function handoff(id: string, rest: Partial<Handoff> = {}): Handoff {
  return { id, status: "requested", urgency: "asked", reason: "患者要求人工", summary: "", patient: `访客 ${id}`, nurse: null,
    requested_at: "2026-11-21T08:00:00+08:00", last: "", unread: 0, ...rest };
}

export const DEBRIEF: Debrief = {
  total: 40, max: 100, passed: false, parts: [{ name: "现病史", got: 20, max: 50 }],
  items: [
    { item: "smoke", label: "问吸烟史", points: 0, max: 9, asked: false, critical: false, quote: null, why: "危险因素" },
    { item: "sweat", label: "问出汗", points: 0, max: 5, asked: false, critical: true, quote: null, why: "影响急缓" },
    { item: "onset", label: "问起病时间", points: 8, max: 8, asked: true, critical: true, quote: "什么时候开始的？", why: "" },
  ],
  diagnosis: { said: "心绞痛", right: false, truth: "心肌梗死" }, comment: "有条理", teaching: "先分急缓",
  heat: [
    { id: "onset", label: "起病时间", section: "present", kind: "must", state: "told", asked_at: [0, 2], told_at: 2 },
    { id: "sweat", label: "出汗", section: "present", kind: "red_flag", state: "never", asked_at: [], told_at: null },
    { id: "smoke", label: "吸烟", section: "social", kind: "optional", state: "asked", asked_at: [1], told_at: null },
  ],
  order: { got: 3, max: 8, steps: [{ label: "开放式提问", at: 0, in_order: true }, { label: "心电图", at: null, in_order: false }, { label: "既往史", at: 1, in_order: false }] },
  expert: [{ said: "出汗了吗？", items: [{ id: "sweat", label: "出汗" }], reached: false }],
  talk: { turns: 3, questions: 3, open: 1, empathy: 0, jargon: 1, interruptions: 0, rude: 0, seconds: 75 },
  tests: { needed: [{ id: "ecg", label: "心电图", done: false }], useless: [], harmful: [{ id: "treadmill", label: "运动平板", harm: "急性期危险" }], minutes: 30, cost: "120.50" },
  sbar: { got: 2, max: 8 }, counter: null,
};

/** Lets every promise that can move, move. */
export const settle = (): Promise<void> => new Promise((go) => setTimeout(go, 5));
