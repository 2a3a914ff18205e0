/** How to practise: training or exam, each explained, and the case with one detail changed. */
import { h } from "../core/dom";
import type { Memory } from "../core/memory";
import type { EncounterMode } from "../core/practice-wire";
import { P } from "./strings";

export class ModePanel {
  readonly element: HTMLElement;
  readonly #counter = h("input", { type: "checkbox", role: "switch" });
  readonly #memory: Memory;
  #mode: EncounterMode;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#mode = memory.get("mode") === "exam" ? "exam" : "training";
    this.element = h("fieldset", { class: "card how" }, h("legend", {}, P.how.title), h("div", { class: "choices" }, this.#choice("training"), this.#choice("exam")),
      h("label", { class: "switch" }, this.#counter, h("span", {}, h("b", {}, P.how.counter), h("span", { class: "soft" }, P.how.counterMore))));
  }

  get mode(): EncounterMode { return this.#mode; }
  get counter(): boolean { return this.#counter.checked; }

  #choice(mode: EncounterMode): HTMLElement {
    const radio = h("input", { type: "radio", name: "mode", value: mode, onchange: () => { this.#mode = mode; this.#memory.set("mode", mode); } });
    radio.checked = mode === this.#mode;
    return h("label", { class: "choice" }, radio, h("span", {}, h("b", {}, P.modes[mode]), h("span", { class: "soft" }, P.how[mode])));
  }
}
