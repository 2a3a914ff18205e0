/** Another number of points for one mark, with the reason the learner will read. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { Mark, Override } from "../core/practice-wire";
import { T } from "./strings";

export function overrideTool(mark: Mark, change: (change: Omit<Override, "teacher">) => Promise<void>): HTMLElement {
  const points = h("input", { type: "number", min: "0", max: String(mark.max), step: "1", inputmode: "numeric", required: true });
  points.value = String(mark.points);
  const reason = h("textarea", { rows: "2", maxlength: "300", required: true, placeholder: T.override.reasonHint });
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { type: "submit", class: "first" }, T.override.save);
  const form = h("form", { class: "override" }, h("label", { class: "field points-field" }, T.override.points(mark.max), points), h("label", { class: "field" }, T.override.reason, reason), error, h("div", { class: "row" }, button));
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(points.value);
    const fits = points.value !== "" && Number.isInteger(value) && value >= 0 && value <= mark.max;
    error.textContent = fits && reason.value.trim() ? "" : T.override.needed;
    if (error.textContent) return (fits ? reason : points).focus();
    button.disabled = true;
    change({ item: mark.item, points: value, reason: reason.value.trim() }).catch((problem: unknown) => {
      button.disabled = false;
      error.textContent = asProblem(problem).title || T.failed;
    });
  });
  const open = h("button", { type: "button", class: "link", "aria-label": `${T.override.open}：${mark.label}`, onclick: () => { open.replaceWith(form); points.focus(); } }, T.override.open);
  return h("div", { class: "override-place" }, open);
}
