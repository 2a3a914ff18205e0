/** `<xl-messages>`: the conversation. Elements are made once and kept, so nothing jumps or is read again. */
import { arrange, h, icon, ICONS } from "../core/dom";
import { NAMES } from "../core/announcer";
import { dayOf } from "../core/time";
import { readable, type Pending, type Transcript } from "../core/transcript";
import type { Author, Message } from "../core/wire";
import { S } from "../strings";
import { messageView, type Names } from "./message-view";

/** Closer to the end than this, in CSS px, the list follows new messages. */
const NEAR_END = 120;
const MARGIN = 8;
/** A message is drawn anew only when it has left, or has not. */
const keyOf = ({ seq, delivery }: Message) => `seq:${seq}:${delivery ?? ""}`;

export class MessageList extends HTMLElement {
  names: Names = NAMES;
  own: Author = "patient";
  readonly #list = h("ol", { class: "messages", "aria-label": S.conversation });
  readonly #newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd() }, icon(ICONS.down), S.newer);
  readonly #made = new Map<string, HTMLElement>();
  #count = -1;
  /** Where the list was put last; a person who scrolls is no longer there. */
  #settled = -1;

  connectedCallback(): void {
    if (this.#list.isConnected) return;
    this.append(this.#list, this.#newer);
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("scroll", () => { if (this.#nearEnd()) this.#newer.hidden = true; });
  }

  show(transcript: Transcript): void {
    const follow = this.#nearEnd() || Math.abs(this.scrollTop - this.#settled) < 2;
    const ownGrew = this.#items(transcript);
    this.#freshness(transcript);
    const total = transcript.messages.length + transcript.pending.length;
    const grew = total > this.#count && this.#count >= 0;
    this.#count = total;
    if (total > 0 && ownGrew) this.toEnd();
    else if (total > 0 && follow) this.#toAnswer(transcript);
    else if (grew) this.#newer.hidden = false;
  }

  toEnd(): void {
    this.#newer.hidden = true;
    this.scrollTop = this.scrollHeight;
  }

  /** An answer longer than the screen is shown from its first words on: a warning must not begin in its middle. */
  #toAnswer({ messages, draft }: Transcript): void {
    this.toEnd();
    const turn = draft?.turn ?? messages.at(-1)?.turn;
    const first = turn ? messages.find((message) => message.turn === turn && message.author !== this.own) : messages.at(-1);
    const element = first ? this.#made.get(keyOf(first)) : draft ? this.#list.lastElementChild : null;
    const above = element ? element.getBoundingClientRect().top - this.getBoundingClientRect().top : 0;
    if (above < 0) this.scrollTop += above - MARGIN;
    this.#settled = this.scrollTop;
  }

  #nearEnd(): boolean { return this.scrollHeight - this.scrollTop - this.clientHeight < NEAR_END; }

  /** True when a new bubble of the person's own was added. */
  #items(transcript: Transcript): boolean {
    const wanted = new Map<string, HTMLElement>();
    let day = "";
    let ownGrew = false;
    const want = (key: string, make: () => HTMLElement) => wanted.set(key, this.#made.get(key) ?? make());
    for (const message of transcript.messages) {
      const today = dayOf(message.at);
      if (today !== day) want(`day:${today}`, () => h("li", { class: "day" }, h("span", {}, today)));
      day = today;
      want(keyOf(message), () => messageView(message, this.names, this.own));
    }
    for (const one of transcript.pending) {
      const key = `own:${one.id}:${one.status}`;
      ownGrew ||= ![...this.#made.keys()].some((known) => known.startsWith(`own:${one.id}:`));
      want(key, () => this.#pendingView(one));
    }
    if (transcript.draft) {
      const sentences = readable(transcript.draft);
      want(`draft:${transcript.draft.turn}:${sentences.length}`, () => this.#draftView(sentences));
    }
    arrange(this.#list, [...wanted.values()]);
    this.#made.clear();
    for (const [key, element] of wanted) this.#made.set(key, element);
    return ownGrew;
  }

  #pendingView(one: Pending): HTMLElement {
    const act = (label: string, name: string) =>
      h("button", { type: "button", class: "link", onclick: () => this.#tell(name, { id: one.id }) }, label);
    const why = one.status === "failed" ? `${S.send.failed}：${one.problem ?? ""}` : one.status === "unsent" ? `${S.send.unsent}。${S.send.auto}` : S.send[one.status];
    return h("li", { class: `message own ${this.own} pending ${one.status}` },
      h("div", { class: "byline" }, h("span", { class: "author" }, this.names[this.own])),
      h("div", { class: "bubble" }, h("div", { class: "words" }, one.text)),
      h("p", { class: "sendstate" }, why, one.status === "failed" || one.status === "unsent" ? act(S.send.retry, "retry") : null,
        one.status === "failed" ? act(S.send.drop, "discard") : null));
  }

  #draftView(sentences: string[]): HTMLElement {
    const machine = this.own === "patient" && this.names.bot === S.bot;
    return h("li", { class: "message other bot draft", "aria-hidden": "true" },
      h("div", { class: "byline" }, h("span", { class: "author" }, machine ? S.bot : this.names.sp),
        machine ? h("span", { class: "ai" }, S.robotMark) : null, h("span", {}, S.typing)),
      h("div", { class: "bubble" }, sentences.length ? h("div", { class: "words" }, sentences.join("")) : null,
        h("span", { class: "dots" }, h("i"), h("i"), h("i"))));
  }

  /** Pressed ones are off; those of older messages fade but still work: the server decides what they mean now. */
  #freshness(transcript: Transcript): void {
    const newest = Math.max(0, ...transcript.messages.filter((message) => message.author !== this.own).map((message) => message.seq));
    for (const button of this.#list.querySelectorAll<HTMLElement>("button[data-button]")) {
      const stale = button.closest<HTMLElement>("[data-seq]")?.dataset["seq"] !== String(newest);
      button.classList.toggle("stale", stale);
      const pressed = transcript.pressed.has(button.dataset["button"] ?? "");
      button.classList.toggle("pressed", pressed);
      if (pressed) button.setAttribute("aria-disabled", "true");  // `disabled` would throw the focus away
    }
  }

  #clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("button[data-button]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    this.#tell("press", { button: button.dataset["button"], label: button.textContent ?? "" });
  }

  #tell(name: string, detail: object): void { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

export function defineMessageList(): void {
  if (!customElements.get("xl-messages")) customElements.define("xl-messages", MessageList);
}
