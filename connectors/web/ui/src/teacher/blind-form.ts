/** A second opinion on every item, given without a look at the machine's. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { BlindSheet } from "../core/practice-wire";
import { T } from "./strings";

type Question = BlindSheet["items"][number];

export function blindForm(questions: readonly Question[], submit: (marks: Record<string, boolean>) => Promise<void>, cancel: () => void): HTMLElement {
  const marks: Record<string, boolean> = {};
  const said = h("p", { class: "soft", role: "status" }, T.blind.left(questions.length));
  const button = h("button", { type: "submit", class: "first", disabled: true }, T.blind.submit);
  const tell = (item: string, yes: boolean) => {
    marks[item] = yes;
    const left = questions.length - Object.keys(marks).length;
    said.textContent = left ? T.blind.left(left) : "";
    button.disabled = left > 0;
  };
  const choice = (item: string, yes: boolean) => h("label", { class: "yes-no" }, h("input", { type: "radio", name: item, onchange: () => tell(item, yes) }), yes ? T.blind.yes : T.blind.no);
  const form = h("form", { class: "card blind" }, h("h3", {}, T.blind.title), h("p", { class: "soft" }, T.blind.lead),
    ...questions.map((one) => h("fieldset", {}, h("legend", {}, one.label, h("span", { class: "soft" }, ` ${one.part}`)), h("div", {}, choice(one.item, true), choice(one.item, false)))),
    h("div", { class: "row" }, said, h("button", { type: "button", class: "second", onclick: cancel }, T.blind.cancel), button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    submit(marks).catch((problem: unknown) => {
      button.disabled = false;
      said.textContent = asProblem(problem).title || T.failed;
    });
  });
  return form;
}
