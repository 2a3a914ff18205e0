/** The bar over the desk: a new request, or a plain sentence about what did not work. No sound. */
import { h, icon, ICONS } from "../core/dom";
import type { Handoff } from "../core/wire";
import { S } from "../strings";

export class AlertBar {
  readonly element = h("div", { class: "alert", hidden: true, role: "alert" });

  #about: Handoff | null = null;

  /** Danger is not covered by an ordinary request. */
  newcomer(one: Handoff, see: () => void): void {
    if (!this.element.hidden && this.#about?.urgency === "red_flag" && one.urgency !== "red_flag") return;
    this.#about = one;
    this.#show(one.urgency, icon(ICONS.alert), h("strong", {}, S.desk.alert(one.patient)),
      h("span", {}, one.urgency === "red_flag" ? `${S.desk.red} · ${one.reason}` : one.reason),
      h("button", { type: "button", class: "second", onclick: () => { this.hide(); see(); } }, S.desk.see));
  }

  tell(sentence: string): void {
    this.#about = null;
    this.#show("note", h("span", {}, sentence));
  }

  /** The alert goes when nobody needs to answer it any more. */
  settle(waiting: readonly Handoff[]): void {
    if (this.#about && !waiting.some((one) => one.id === this.#about?.id)) this.hide();
  }

  /** The nurse has opened the very one. */
  seen(id: string): void {
    if (this.#about?.id === id) this.hide();
  }

  hide(): void {
    this.#about = null;
    this.element.hidden = true;
  }

  #show(name: string, ...parts: Node[]): void {
    this.element.className = `alert ${name}`;
    this.element.replaceChildren(...parts, h("button", { type: "button", class: "link", onclick: () => this.hide() }, S.desk.dismiss));
    this.element.hidden = false;
  }
}
