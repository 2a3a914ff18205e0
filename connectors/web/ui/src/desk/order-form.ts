/** Reminders that a nurse orders in her own words: read back first, set when she has looked. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import { S } from "../strings";
import type { Sheet } from "./desk-client";

export type Send = (text: string, orderId: string, keep: boolean) => Promise<Sheet>;

export class OrderForm {
  readonly #send: Send;
  readonly #words = h("textarea", { rows: "4", maxlength: "2000", placeholder: S.desk.order.hint });
  readonly #read = h("div", { class: "order-read", role: "status" });
  readonly #keep = h("button", { type: "button", class: "first", disabled: true, onclick: () => void this.#say(true) }, S.desk.order.keep);
  readonly element = h("dialog", { class: "dialog wide" }, h("div", { class: "close-form" },
    h("label", { class: "field" }, S.desk.order.title, this.#words), this.#read,
    h("div", { class: "row" }, h("button", { type: "button", class: "second", onclick: () => this.element.close() }, S.cancel),
      h("button", { type: "button", class: "second", onclick: () => void this.#say(false) }, S.desk.order.check), this.#keep)));
  #id = "";

  constructor(send: Send) {
    this.#send = send;
    // what was read back is what is set: other words are read back anew
    this.#words.addEventListener("input", () => { this.#keep.disabled = true; });
  }

  open(): void {
    this.#id = crypto.randomUUID();
    this.#words.value = "";
    this.#read.replaceChildren();
    this.#keep.disabled = true;
    this.element.showModal();
  }

  async #say(keep: boolean): Promise<void> {
    const text = this.#words.value.trim();
    if (!text) return this.#words.focus();
    try {
      const sheet = await this.#send(text, this.#id, keep);
      if (sheet.kept) return this.element.close();
      this.#show(sheet);
      this.#keep.disabled = text !== this.#words.value.trim() || !sheet.lines.length || !!sheet.unread.length;
    } catch (error) {
      this.#read.replaceChildren(h("p", { class: "error", role: "alert" }, asProblem(error).title || S.desk.failed));
    }
  }

  #show({ lines, unread, cautions }: Sheet): void {
    this.#read.replaceChildren(h("ul", {}, ...lines.map((line) => h("li", {}, line))),
      ...unread.map((line) => h("p", { class: "error" }, line)), ...cautions.map((line) => h("p", { class: "soft" }, line)));
  }
}
