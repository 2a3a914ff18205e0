/** Shapes that travel between the gateway and the pages. Times are ISO 8601 with an offset. */

export type Author = "patient" | "bot" | "nurse" | "sp";
export type Kind = "text" | "red_flag" | "reminder" | "notice" | "debrief" | "generated";
export type Delivery = "sending" | "waiting" | "sent" | "failed";
export type Mode = "assistant" | "handoff" | "practice";

export interface Button { id: string; label: string }
export interface Source { n: number; title: string; publisher: string; reviewed: string; excerpt: string }

export interface Message {
  /** Position in the conversation, from 1; unique and growing. */
  seq: number;
  id: string;
  /** Id the sending page chose; null when the house wrote the message. */
  client_id: string | null;
  turn: string | null;
  author: Author;
  kind: Kind;
  text: string;
  buttons: Button[];
  /** Path of an image that shows what the text says; empty for most. */
  picture: string;
  sources: Source[];
  at: string;
  /** At the desk, of what the house or a nurse said: whether it has left. */
  delivery?: Delivery;
}

export interface HandoffState {
  id: string;
  status: "requested" | "accepted";
  nurse: string | null;
  /** People before this one in the queue. */
  ahead: number;
}
export interface ConversationState { mode: Mode; handoff: HandoffState | null }
export interface Delta { turn: string; index: number; text: string }
export interface ClinicInfo { name: string; phone: string; emergency: string; hours?: unknown; wechat?: boolean }
/** A code to continue in WeChat. `qr` is a picture's data address, null where there is none. */
export interface LinkOffer { code: string; until: string; seconds: number; qr: string | null; words: string; typed: string }

export interface Handoff {
  id: string;
  status: "requested" | "accepted" | "closed" | "expired";
  urgency: "red_flag" | "asked";
  reason: string;
  summary: string;
  patient: string;
  nurse: string | null;
  requested_at: string;
  last: string;
  unread: number;
}

export interface Medium {
  id: string;
  kind: string;
  status: "pending" | "stored" | "refused" | "lost";
  /** MIME type, told by the content; null while there is none. */
  type: string | null;
  size: number | null;
  at: string;
}
