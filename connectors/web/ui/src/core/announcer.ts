/** What a screen reader hears: whole sentences, once, never the history again. */
import { readable, type Transcript } from "./transcript";
import type { Author, Message } from "./wire";
import { S } from "../strings";

export const NAMES: Record<Author, string> = { patient: S.me, bot: S.bot, nurse: S.nurse, sp: S.sp };

export class Announcer {
  /** Words of the running turn that were already spoken. */
  #turn = "";
  #spoken: string[] = [];

  /** Sentences to say for the step from `before` to `now`. */
  news(now: Transcript, before: Transcript): string[] {
    const hints = now.hint && now.hint !== before.hint ? [now.hint] : [];
    return [...hints, ...this.#drafted(now), ...this.#arrived(now, before), ...sentOnes(now, before)];
  }

  #drafted(now: Transcript): string[] {
    if (!now.draft) return [];
    if (now.draft.turn !== this.#turn) [this.#turn, this.#spoken] = [now.draft.turn, []];
    const fresh = readable(now.draft).slice(this.#spoken.length);
    const named = fresh.map((text, index) => this.#spoken.length + index === 0 ? S.said(S.bot, text) : text);
    this.#spoken.push(...fresh);
    return named;
  }

  #arrived(now: Transcript, before: Transcript): string[] {
    if (!before.ready || now.messages === before.messages) return [];
    const known = new Set(before.messages.map((message) => message.seq));
    return now.messages.filter((message) => !known.has(message.seq) && message.author !== "patient")
      .flatMap((message) => this.#message(message));
  }

  #message(message: Message): string[] {
    const rest = this.#unspoken(message);
    const labels = message.buttons.map((button) => button.label).join("、");
    const text = message.kind === "red_flag" ? `${S.redFlag}：${rest}` : rest;
    return [...(rest ? [S.said(NAMES[message.author], text)] : []), ...(labels ? [S.choices(labels)] : [])];
  }

  #unspoken(message: Message): string {
    const spoken = this.#spoken.join("");
    if (message.turn !== this.#turn || !spoken || !message.text.startsWith(spoken)) return message.text;
    this.#spoken = [];
    this.#turn = "";
    return message.text.slice(spoken.length).trim();
  }
}

/** "已发送" once per own message: when the server took it, or when its echo came first. */
function sentOnes(now: Transcript, before: Transcript): string[] {
  const open = before.pending.filter((one) => one.status !== "sent");
  const still = new Map(now.pending.map((one) => [one.id, one.status]));
  const echoed = new Set(now.messages.map((message) => message.client_id));
  const sent = open.some((one) => still.get(one.id) === "sent" || (!still.has(one.id) && echoed.has(one.id)));
  return sent ? [S.send.sent] : [];
}

/** A sentence taken out before a screen reader has taken it up is never said. */
const STAYS_MS = 10_000;

/** The one polite live region of a page. Old sentences leave, so that nothing is read twice. */
export function speak(region: HTMLElement, sentences: readonly string[]): void {
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.textContent = sentence;
    region.append(line);
    setTimeout(() => line.remove(), STAYS_MS);
  }
}
