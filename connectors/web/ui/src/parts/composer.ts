/** `<xl-composer>`: where the person writes. Fires `say` with the words. */
import { h, icon, ICONS } from "../core/dom";
import { S } from "../strings";

export const LIMIT = 2000;
const COUNT_FROM = 1800;

/** Enter ends a pinyin word first; Safari says so only by the old key code 229. */
export function sends(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** Characters as people count them: an emoji or a rare Han character is one. */
export function lengthOf(text: string): number { return [...text].length; }

export class Composer extends HTMLElement {
  readonly #count = h("p", { class: "count", id: "count", hidden: true });
  readonly #field = h("textarea", { rows: "1", "aria-label": S.send.label, placeholder: S.send.hint, enterkeyhint: "send",
    autocomplete: "off", "aria-describedby": "count" });
  readonly #button = h("button", { type: "submit", class: "send", "aria-label": S.send.button, disabled: true }, icon(ICONS.send));

  connectedCallback(): void {
    if (this.#field.isConnected) return;
    const form = h("form", { class: "composer" }, this.#field, this.#button, this.#count);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => {
      if (!sends(event)) return;
      event.preventDefault();
      this.#send();
    });
    const hint = this.getAttribute("hint");
    if (hint) this.#field.placeholder = hint;
    const label = this.getAttribute("label");
    if (label) this.#field.setAttribute("aria-label", label);
    this.append(form);
  }

  override focus(): void { this.#field.focus(); }

  #send(): void {
    const text = this.#field.value.trim();
    if (!text || lengthOf(text) > LIMIT) return;
    this.#field.value = "";
    this.#changed();
    this.#field.focus();
    this.dispatchEvent(new CustomEvent("say", { detail: { text } }));
  }

  #changed(): void {
    const length = lengthOf(this.#field.value.trim());
    this.#button.disabled = length === 0 || length > LIMIT;
    this.#count.hidden = length < COUNT_FROM;
    this.#count.classList.toggle("over", length > LIMIT);
    this.#count.textContent = length > LIMIT ? S.send.over(length - LIMIT) : S.send.left(LIMIT - length);
    this.#field.setAttribute("aria-invalid", String(length > LIMIT));
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}

export function defineComposer(): void {
  if (!customElements.get("xl-composer")) customElements.define("xl-composer", Composer);
}
