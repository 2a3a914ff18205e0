/** What the person sees of a conversation, as a pure function of what happened. */
import type { Link } from "./stream";
import type { ConversationState, Delta, Message } from "./wire";

/** Own words that the server has not echoed yet. */
export interface Pending {
  id: string;
  text: string;
  button?: string;
  status: "sending" | "sent" | "unsent" | "failed";
  /** Why the server refused it for good. */
  problem?: string;
}

/** The answer being composed: checked sentences by their index. */
export interface Draft { turn: string; sentences: Readonly<Record<number, string>> }

export interface Transcript {
  messages: readonly Message[];
  pending: readonly Pending[];
  draft: Draft | null;
  state: ConversationState;
  link: Link;
  pressed: ReadonlySet<string>;
  /** Told by this page itself, for instance that a new conversation was begun. */
  hint: string;
  /** History is in: what comes now is news. */
  ready: boolean;
}

export const EMPTY: Transcript = {
  messages: [], pending: [], draft: null, state: { mode: "assistant", handoff: null },
  link: "idle", pressed: new Set(), hint: "", ready: false,
};

export type Happening =
  | { type: "message"; message: Message }
  | { type: "delta"; delta: Delta }
  | { type: "typing"; turn: string }
  | { type: "quiet" }
  | { type: "state"; state: ConversationState }
  | { type: "link"; link: Link }
  | { type: "pending"; pending: readonly Pending[] }
  | { type: "pressed"; button: string }
  | { type: "hint"; hint: string }
  | { type: "ready" };

export function lastSeq(transcript: Transcript): number {
  return transcript.messages[transcript.messages.length - 1]?.seq ?? 0;
}

export function reduce(before: Transcript, event: Happening): Transcript {
  switch (event.type) {
    case "message": return withMessage(before, event.message);
    case "delta": return withDelta(before, event.delta);
    case "typing": return answered(before, event.turn) || before.draft?.turn === event.turn
      ? before : { ...before, draft: { turn: event.turn, sentences: {} } };
    case "quiet": return { ...before, draft: null };
    case "state": return { ...before, state: event.state };
    case "link": return { ...before, link: event.link };
    case "pending": return { ...before, pending: event.pending.filter((one) => !echoed(before, one.id)) };
    case "pressed": return { ...before, pressed: new Set([...before.pressed, event.button]) };
    case "hint": return { ...before, hint: event.hint };
    case "ready": return { ...before, ready: true };
  }
}

function echoed(transcript: Transcript, clientId: string): boolean {
  return transcript.messages.some((message) => message.client_id === clientId);
}

function answered(transcript: Transcript, turn: string): boolean {
  return transcript.messages.some((message) => message.turn === turn && message.author !== "patient");
}

function withMessage(before: Transcript, message: Message): Transcript {
  if (before.messages.some((known) => known.seq === message.seq)) return before;
  const messages = [...before.messages, message];
  if (message.seq < lastSeq(before)) messages.sort((a, b) => a.seq - b.seq);
  const replaced = message.author !== "patient" && message.turn === before.draft?.turn;
  return {
    ...before, messages,
    pending: before.pending.filter((one) => one.id !== message.client_id),
    draft: replaced ? null : before.draft,
  };
}

function withDelta(before: Transcript, delta: Delta): Transcript {
  if (answered(before, delta.turn)) return before;  // the final words are already here
  const known = before.draft?.turn === delta.turn ? before.draft.sentences : {};
  return { ...before, draft: { turn: delta.turn, sentences: { ...known, [delta.index]: delta.text } } };
}

/** Sentences without a hole from the first on: after a reconnect the middle may be missing. */
export function readable(draft: Draft): string[] {
  const sentences: string[] = [];
  for (let index = 0; draft.sentences[index] !== undefined; index++) sentences.push(draft.sentences[index] ?? "");
  return sentences;
}
