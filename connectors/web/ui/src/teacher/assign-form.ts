/** A case for the class: how, when, how often, how long. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { CaseInfo, NewAssignment } from "../core/practice-wire";
import { T } from "./strings";
import { fromLocal, trouble } from "./window";

export function assignForm(cases: readonly CaseInfo[], give: (task: NewAssignment) => Promise<void>, now: () => number = Date.now): HTMLFormElement {
  const which = h("select", { required: true }, ...cases.map((one) => h("option", { value: one.id }, `${one.title}（${one.specialty}）`)));
  const mode = h("select", {}, h("option", { value: "exam" }, T.modes.exam), h("option", { value: "training" }, T.modes.training));
  const [opens, closes] = [h("input", { type: "datetime-local" }), h("input", { type: "datetime-local" })];
  const [attempts, minutes] = [h("input", { type: "number", min: "1", max: "20", inputmode: "numeric", placeholder: T.assign.empty }), h("input", { type: "number", min: "1", max: "180", inputmode: "numeric" })];
  const said = h("p", { class: "error", role: "status" });
  const button = h("button", { type: "submit", class: "first" }, T.assign.give);
  attempts.value = "1";
  const suggest = () => { minutes.value = String(cases.find((one) => one.id === which.value)?.minutes ?? ""); };
  which.addEventListener("change", suggest);
  suggest();
  const field = (label: string, input: HTMLElement) => h("label", { class: "field" }, label, input);
  const whole = (text: string) => text ? Number.parseInt(text, 10) : null;
  const form = h("form", { class: "assign" }, field(T.assign.case, which), field(T.assign.mode, mode), field(T.assign.opens, opens), field(T.assign.closes, closes),
    field(T.assign.attempts, attempts), field(T.assign.minutes, minutes), h("div", { class: "row" }, said, button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const task: NewAssignment = { case: which.value, mode: mode.value === "training" ? "training" : "exam", opens_at: fromLocal(opens.value), closes_at: fromLocal(closes.value),
      attempts: whole(attempts.value), minutes: whole(minutes.value) };
    const wrong = trouble(task.opens_at, task.closes_at, now());
    said.textContent = wrong ? T.assign[wrong] : "";
    if (wrong) return closes.focus();
    button.disabled = true;
    give(task).catch((problem: unknown) => { said.textContent = asProblem(problem).title || T.failed; }).finally(() => { button.disabled = false; });
  });
  return form;
}
