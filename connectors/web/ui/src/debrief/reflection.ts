/** The learner's own words about the encounter, kept with its debrief. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import { D } from "./strings";

const LONGEST = 2_000;

export function reflectionBox(text: string, save: (text: string) => Promise<void>): HTMLElement {
  const words = h("textarea", { rows: "4", maxlength: String(LONGEST), placeholder: D.reflection.hint });
  words.value = text;
  const state = h("span", { class: "soft", role: "status" });
  const button = h("button", { type: "submit", class: "second" }, D.reflection.save);
  const form = h("form", { class: "reflection" }, h("label", { class: "field" }, h("span", { class: "sr" }, D.reflection.title), words), h("div", { class: "row" }, state, button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    save(words.value.trim()).then(() => { state.textContent = D.reflection.saved; },
      (error: unknown) => { state.textContent = asProblem(error).title || D.reflection.failed; }).finally(() => { button.disabled = false; });
  });
  words.addEventListener("input", () => { state.textContent = ""; });
  return form;
}
