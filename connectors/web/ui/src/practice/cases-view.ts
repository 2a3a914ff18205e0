/** Which patient to meet. */
import { h } from "../core/dom";
import type { CaseInfo } from "../core/wire";
import { S } from "../strings";

export function casesView(cases: readonly CaseInfo[], note: string, start: (one: CaseInfo) => void): HTMLElement {
  return h("section", { class: "cases" }, h("h2", {}, S.practice.title), h("p", { class: "soft" }, S.practice.lead),
    h("p", { class: "fiction" }, S.practice.fiction), note ? h("p", { class: "hint", role: "status" }, note) : null,
    h("ul", {}, ...cases.map((one) => h("li", { class: "card case" },
      h("div", {}, h("h3", {}, one.title), h("p", { class: "tags" }, h("span", {}, one.specialty), h("span", {}, S.practice.levels[one.level] ?? one.level))),
      h("button", { type: "button", class: "first", onclick: () => start(one) }, S.practice.start)))));
}
