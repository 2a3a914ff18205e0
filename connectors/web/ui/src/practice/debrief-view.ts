/** Feedback after an encounter: score, what was asked with the learner's own words, what was missed and why it matters. */
import { h, icon, ICONS } from "../core/dom";
import type { Debrief, DebriefItem } from "../core/wire";
import { S } from "../strings";

/** Critical ones first, then the dearest: that is what the learner should read first. */
export function missedFirst(items: readonly DebriefItem[]): DebriefItem[] {
  return [...items].sort((a, b) => Number(b.critical) - Number(a.critical) || b.max - a.max);
}

export function debriefView(debrief: Debrief, again: () => void): HTMLElement {
  const asked = debrief.items.filter((item) => item.asked);
  const missed = missedFirst(debrief.items.filter((item) => !item.asked));
  return h("section", { class: "debrief-view", tabindex: "-1" }, score(debrief), diagnosis(debrief),
    part(S.practice.missed, missed, S.practice.none, "missed"), part(S.practice.got, asked, S.practice.noneGot, "asked"),
    debrief.teaching ? words(S.practice.teaching, debrief.teaching) : null,
    h("div", { class: "row" }, h("button", { type: "button", class: "first", onclick: again }, S.practice.again)));
}

function score(debrief: Debrief): HTMLElement {
  return h("div", { class: `card score ${debrief.passed ? "passed" : "failed"}` },
    h("div", { class: "total" }, h("span", { class: "soft" }, S.practice.score), h("p", {}, h("strong", {}, String(debrief.total)), ` / ${debrief.max}`),
      h("span", { class: "verdict" }, debrief.passed ? S.practice.passed : S.practice.notPassed)),
    h("div", { class: "parts" }, h("h3", {}, S.practice.parts), ...debrief.parts.map((one) => bar(one.name, one.got, one.max)),
      debrief.comment ? h("p", { class: "comment" }, debrief.comment) : null));
}

function bar(name: string, got: number, max: number): HTMLElement {
  const meter = h("meter", { min: "0", max: String(Math.max(max, 1)), value: String(got), "aria-label": name });
  return h("div", { class: "part" }, h("span", {}, name), h("span", { class: "points" }, S.practice.points(got, max)), meter);
}

function diagnosis({ diagnosis: { said, right, truth } }: Debrief): HTMLElement {
  return h("div", { class: `card truth ${right ? "right" : "wrong"}` },
    h("p", {}, h("span", { class: "soft" }, S.practice.your), h("strong", {}, said || "—"), h("span", { class: "verdict" }, right ? S.practice.right : S.practice.wrong)),
    h("p", {}, h("span", { class: "soft" }, S.practice.truth), h("strong", {}, truth)));
}

function part(title: string, items: readonly DebriefItem[], none: string, name: string): HTMLElement {
  return h("div", { class: `card items ${name}` }, h("h3", {}, `${title}（${items.length}）`),
    items.length ? h("ul", {}, ...items.map(row)) : h("p", { class: "soft" }, none));
}

function row(item: DebriefItem): HTMLElement {
  return h("li", { class: item.critical && !item.asked ? "item critical" : "item" },
    h("p", { class: "item-head" }, h("span", { class: "tick", "aria-hidden": "true" }, item.asked ? "✓" : "✗"), h("strong", {}, item.label),
      item.critical ? h("span", { class: item.asked ? "badge" : "badge red" }, item.asked ? null : icon(ICONS.alert), S.practice.critical) : null,
      h("span", { class: "points" }, S.practice.points(item.points, item.max))),
    item.quote ? h("blockquote", {}, h("span", { class: "soft" }, S.practice.quote), item.quote) : null,
    !item.asked && item.why ? h("p", { class: "why" }, h("span", { class: "soft" }, S.practice.why), item.why) : null);
}

function words(title: string, text: string): HTMLElement {
  return h("div", { class: "card teaching" }, h("h3", {}, title), h("p", { class: "words" }, text));
}
