/** The learner's own notes: kept here at every stroke, sent when the pen rests. */
import { h } from "../core/dom";
import type { Memory } from "../core/memory";
import { P } from "./strings";

const NOTES = "notes";
const REST_MS = 1_500;

export class Notes {
  readonly element: HTMLElement;
  readonly #words = h("textarea", { rows: "12", maxlength: "5000", placeholder: P.notes.hint });
  readonly #state = h("p", { class: "soft", role: "status" });
  readonly #memory: Memory;
  readonly #save: (text: string) => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sent: string;

  constructor(memory: Memory, server: string, save: (text: string) => Promise<void>) {
    this.#memory = memory;
    this.#save = save;
    this.#sent = server;
    this.#words.value = memory.get(NOTES) ?? server;
    this.#words.addEventListener("input", () => this.#changed());
    this.#words.addEventListener("blur", () => void this.flush());
    this.element = h("div", { class: "notes" }, h("label", { class: "field" }, P.notes.title, this.#words), this.#state);
    if (this.#words.value !== server) void this.flush();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.#words.value;
    if (text === this.#sent) return;
    this.#state.textContent = P.notes.saving;
    try {
      await this.#save(text);
      this.#sent = text;
      this.#state.textContent = P.notes.saved;
    } catch {
      this.#state.textContent = P.notes.kept;  // the words are safe in this device's memory and go with the next change
    }
  }

  #changed(): void {
    this.#memory.set(NOTES, this.#words.value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), REST_MS);
  }
}
