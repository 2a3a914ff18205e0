/** Who waits for a nurse, as a pure function of what the desk heard. */
import type { Handoff, Message } from "../core/wire";

export interface Roster { handoffs: ReadonlyMap<string, Handoff>; messages: ReadonlyMap<string, readonly Message[]> }

export const EMPTY_ROSTER: Roster = { handoffs: new Map(), messages: new Map() };

/** A closed or expired one leaves the list; its messages are forgotten with it. */
export function withHandoff(before: Roster, handoff: Handoff): Roster {
  const handoffs = new Map(before.handoffs);
  if (isOpen(handoff)) handoffs.set(handoff.id, handoff);
  else handoffs.delete(handoff.id);
  return { ...before, handoffs };
}

/** The full list after a (re)connect: what is missing there has ended meanwhile. */
export function withList(before: Roster, list: readonly Handoff[]): Roster {
  return { ...before, handoffs: new Map(list.filter(isOpen).map((one) => [one.id, one])) };
}

export function withMessages(before: Roster, id: string, fresh: readonly Message[]): Roster {
  const bySeq = new Map((before.messages.get(id) ?? []).map((message) => [message.seq, message]));
  for (const message of fresh) bySeq.set(message.seq, newer(message, bySeq.get(message.seq)));
  const sorted = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  return { ...before, messages: new Map(before.messages).set(id, sorted) };
}

/** The answer to a sent message may come after the news that it has left. */
function newer(message: Message, known: Message | undefined): Message {
  return known?.delivery && message.delivery === "sending" ? { ...message, delivery: known.delivery } : message;
}

export function isOpen(handoff: Handoff): boolean {
  return handoff.status === "requested" || handoff.status === "accepted";
}

const RANK: Record<Handoff["urgency"], number> = { red_flag: 0, asked: 1 };

/** Most urgent first, then who waits longest; the id settles equal times, so that rows never swap. */
export function sorted(handoffs: Iterable<Handoff>): Handoff[] {
  const since = (one: Handoff) => Date.parse(one.requested_at) || 0;
  return [...handoffs].sort((a, b) =>
    RANK[a.urgency] - RANK[b.urgency] || since(a) - since(b) || (a.id < b.id ? -1 : 1));
}

export interface Groups { waiting: Handoff[]; mine: Handoff[]; others: Handoff[] }

export function grouped(roster: Roster, nurse: string): Groups {
  const all = sorted(roster.handoffs.values());
  const taken = all.filter((one) => one.status === "accepted");
  return {
    waiting: all.filter((one) => one.status === "requested"),
    mine: taken.filter((one) => one.nurse === nurse),
    others: taken.filter((one) => one.nurse !== nurse),
  };
}

/** Requests that were not there before, for the alert; the first list of a session is not news. */
export function newcomers(now: Roster, before: Roster): Handoff[] {
  return sorted(now.handoffs.values()).filter((one) => one.status === "requested" && !before.handoffs.has(one.id));
}

export function titleOf(waiting: number, title: string): string {
  return waiting > 0 ? `(${waiting}) ${title}` : title;
}
