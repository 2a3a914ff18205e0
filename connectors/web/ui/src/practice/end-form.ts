/** The end of an encounter: what the learner thinks and why, what to do, and the handover to a nurse. */
import { h } from "../core/dom";
import type { Memory } from "../core/memory";
import type { Ending, Sbar } from "../core/practice-wire";
import { endingDraft, keepEnding, trimmed } from "./drafts";
import { P } from "./strings";

const LONGEST = "2000";
type Field = HTMLInputElement | HTMLTextAreaElement;

export class EndForm {
  readonly element: HTMLFormElement;
  readonly #memory: Memory;
  readonly #fields: Record<Exclude<keyof Ending, "sbar">, Field>;
  readonly #sbar: Record<keyof Sbar, Field>;
  readonly #error = h("p", { class: "error", role: "alert" });
  readonly #button = h("button", { type: "submit", class: "first" }, P.end.submit);

  /** `submit` answers what went wrong, "" when all is well. */
  constructor(memory: Memory, submit: (ending: Ending) => Promise<string>) {
    this.#memory = memory;
    const kept = endingDraft(memory);
    const area = (value: string, hint: string, rows = "3") => filled(h("textarea", { rows, placeholder: hint, maxlength: LONGEST }), value);
    this.#fields = { diagnosis: filled(h("input", { type: "text", placeholder: P.end.diagnosisHint, maxlength: "200", autocomplete: "off" }), kept.diagnosis),
      differentials: area(kept.differentials, P.end.differentialsHint, "2"), reasons: area(kept.reasons, P.end.reasonsHint), plan: area(kept.plan, P.end.planHint) };
    this.#sbar = { situation: area(kept.sbar.situation, P.end.situationHint, "2"), background: area(kept.sbar.background, P.end.backgroundHint, "2"),
      assessment: area(kept.sbar.assessment, P.end.assessmentHint, "2"), recommendation: area(kept.sbar.recommendation, P.end.recommendationHint, "2") };
    this.element = this.#form(submit);
  }

  get ending(): Ending {
    const values = <K extends string>(fields: Record<K, Field>) => Object.fromEntries(Object.entries<Field>(fields).map(([name, one]) => [name, one.value])) as Record<K, string>;
    return trimmed({ ...values(this.#fields), sbar: values(this.#sbar) });
  }

  tell(error: string): void { this.#error.textContent = error; }

  #form(submit: (ending: Ending) => Promise<string>): HTMLFormElement {
    const field = (label: string, input: Field) => h("label", { class: "field" }, label, input);
    const form = h("form", { class: "end-form", oninput: () => keepEnding(this.#memory, this.ending) }, h("p", { class: "soft" }, P.end.lead),
      ...(["diagnosis", "differentials", "reasons", "plan"] as const).map((name) => field(P.end[name], this.#fields[name])),
      h("fieldset", { class: "sbar" }, h("legend", {}, P.end.sbar), h("p", { class: "soft" }, P.end.sbarLead),
        ...(["situation", "background", "assessment", "recommendation"] as const).map((name) => field(P.end[name], this.#sbar[name]))),
      this.#error, h("div", { class: "row" }, this.#button));
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(submit);
    });
    return form;
  }

  async #submit(submit: (ending: Ending) => Promise<string>): Promise<void> {
    if (!this.ending.diagnosis) {
      this.tell(P.end.needed);
      return this.#fields.diagnosis.focus();
    }
    this.#button.disabled = true;
    this.#button.textContent = P.end.submitting;
    this.tell(await submit(this.ending));
    this.#button.disabled = false;
    this.#button.textContent = P.end.submit;
  }
}

function filled<T extends Field>(field: T, value: string): T {
  field.value = value;
  return field;
}
