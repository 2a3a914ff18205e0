/** The right side: one conversation, its summary, answer and end. */
import { NAMES } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { EMPTY, type Pending } from "../core/transcript";
import type { Handoff, Message } from "../core/wire";
import { Composer } from "../parts/composer";
import { MessageList } from "../parts/message-list";
import { S } from "../strings";

export interface HandoffActs {
  accept(): void;
  answer(text: string): void;
  retry(id: string): void;
  discard(id: string): void;
  close(note: string): void;
  order(): void;
  back(): void;
}

export class HandoffView {
  readonly element = h("section", { class: "handoff-view" });
  readonly #list = new MessageList();
  readonly #head = h("header", { class: "view-head" });
  readonly #foot = h("footer", { class: "view-foot" });
  readonly #acts: HandoffActs;
  #drawn = { head: "", foot: "" };

  constructor(acts: HandoffActs, media?: HTMLElement) {
    this.#acts = acts;
    this.#list.names = { ...NAMES, patient: S.patient, nurse: S.nurse };
    this.#list.own = "nurse";
    this.#list.addEventListener("retry", (event) => acts.retry((event as CustomEvent<{ id: string }>).detail.id));
    this.#list.addEventListener("discard", (event) => acts.discard((event as CustomEvent<{ id: string }>).detail.id));
    this.element.append(this.#head, ...(media ? [media] : []), this.#list, this.#foot);
  }

  show(handoff: Handoff, messages: readonly Message[], pending: readonly Pending[], nurse: string): void {
    const mine = handoff.status === "accepted" && handoff.nurse === nurse;
    const foot = [handoff.id, handoff.status, handoff.nurse, nurse].join("\n");
    const head = [foot, handoff.urgency, handoff.reason, handoff.summary].join("\n");
    if (head !== this.#drawn.head) this.#about(handoff, mine);
    // a new danger tells itself above; what the nurse is just writing stays
    if (foot !== this.#drawn.foot) this.#foot.replaceChildren(this.#footer(handoff, mine));
    this.#drawn = { head, foot };
    // the person's own buttons are theirs to press: the desk shows words only
    this.#list.show({ ...EMPTY, messages: messages.map((message) => ({ ...message, buttons: [] })), pending, ready: true });
  }

  #about(handoff: Handoff, mine: boolean): void {
    const red = handoff.urgency === "red_flag";
    this.element.classList.toggle("red", red);
    const back = h("button", { type: "button", class: "quiet back", "aria-label": S.desk.back, onclick: () => this.#acts.back() }, icon(ICONS.back));
    const dialog = this.#closing(red);
    this.#head.replaceChildren(back, h("div", { class: "about" },
      h("h2", {}, handoff.patient, h("span", { class: red ? "badge red" : "badge" }, red ? S.desk.red : S.desk.asked), h("span", { class: "badge plain" }, S.desk.status[handoff.status])),
      handoff.reason ? h("p", {}, h("b", {}, `${S.desk.reason}：`), handoff.reason) : null,
      handoff.summary ? h("p", {}, h("b", {}, `${S.desk.summary}：`), handoff.summary) : null),
      mine ? h("button", { type: "button", class: "second", onclick: () => this.#acts.order() }, S.desk.order.open) : "",
      mine ? h("button", { type: "button", class: "second", onclick: () => dialog.showModal() }, S.desk.close) : "", dialog);
  }

  #footer(handoff: Handoff, mine: boolean): HTMLElement {
    if (mine) return this.#composer();
    if (handoff.status === "accepted") return h("p", { class: "soft" }, S.desk.acceptedBy(handoff.nurse ?? S.desk.another));
    if (handoff.status !== "requested") return h("p", { class: "soft" }, S.desk.status[handoff.status]);
    return h("div", { class: "accept-row" }, h("span", { class: "soft" }, S.desk.readOnly),
      h("button", { type: "button", class: "first accept", onclick: () => this.#acts.accept() }, S.desk.accept));
  }

  #composer(): HTMLElement {
    const composer = new Composer();
    composer.setAttribute("hint", S.desk.reply);
    composer.setAttribute("label", S.desk.reply);
    composer.addEventListener("say", (event) => this.#acts.answer((event as CustomEvent<{ text: string }>).detail.text));
    return composer;
  }

  /** A red flag may not end without a word on what was done. */
  #closing(red: boolean): HTMLDialogElement {
    const note = h("textarea", { rows: "3", placeholder: S.desk.noteHint, ...(red ? { required: true } : {}) });
    const error = h("p", { class: "error", role: "alert" });
    const form = h("form", { class: "close-form" }, h("label", { class: "field" }, red ? `${S.desk.note}（${S.desk.noteNeeded}）` : S.desk.note, note), error,
      h("div", { class: "row" }, h("button", { type: "button", class: "second", onclick: () => dialog.close() }, S.cancel),
        h("button", { type: "submit", class: "first" }, S.desk.closeYes)));
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      error.textContent = red && !note.value.trim() ? S.desk.noteNeeded : "";
      if (error.textContent) return note.focus();
      dialog.close();
      this.#acts.close(note.value.trim());
    });
    const dialog = h("dialog", { class: "dialog" }, form);
    return dialog;
  }
}
