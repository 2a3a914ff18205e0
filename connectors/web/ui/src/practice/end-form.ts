/** The end of an encounter: what the learner thinks, why, and what to do. */
import { h } from "../core/dom";
import { S } from "../strings";

export interface Conclusion { diagnosis: string; reasons: string; plan: string }

export function endForm(submit: (conclusion: Conclusion) => Promise<string>): HTMLDialogElement {
  const diagnosis = h("input", { type: "text", placeholder: S.practice.diagnosisHint, maxlength: "200" });
  const reasons = h("textarea", { rows: "3", placeholder: S.practice.reasonsHint });
  const plan = h("textarea", { rows: "3", placeholder: S.practice.planHint });
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { type: "submit", class: "first" }, S.practice.submit);
  const field = (label: string, input: HTMLElement) => h("label", { class: "field" }, label, input);
  const form = h("form", { class: "end-form" }, h("h2", {}, S.practice.end), field(S.practice.diagnosis, diagnosis),
    field(S.practice.reasons, reasons), field(S.practice.plan, plan), error,
    h("div", { class: "row" }, h("button", { type: "button", class: "second", onclick: () => dialog.close() }, S.practice.back), button));
  const dialog = h("dialog", { class: "dialog wide" }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!diagnosis.value.trim()) {
      error.textContent = S.practice.needed;
      return diagnosis.focus();
    }
    button.disabled = true;
    void submit({ diagnosis: diagnosis.value.trim(), reasons: reasons.value.trim(), plan: plan.value.trim() }).then((why) => {
      button.disabled = false;
      error.textContent = why;
      if (!why) dialog.close();
    });
  });
  return dialog;
}
