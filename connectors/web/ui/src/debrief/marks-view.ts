/** Marks with their evidence: the learner's own sentence, why it matters, and what a teacher changed. */
import { h, icon, ICONS } from "../core/dom";
import type { Mark } from "../core/practice-wire";
import { waits, type Counted } from "./marks";
import { fold } from "../parts/fold";
import { jumpTo, type Jump } from "./sections";
import { D } from "./strings";

/** Ten things can be kept in mind for the next patient; the others are a press away. */
const MARKS_AT_ONCE = 10;

/** What stands below a mark for who may change it. */
export type Tool = (mark: Mark) => HTMLElement | null;

export function marksCard(title: string, items: readonly Counted[], none: string, name: string, jump: Jump, tool?: Tool): HTMLElement {
  const list = h("ul", {}, ...items.map((item) => row(item, jump, tool)));
  return h("section", { class: `card items ${name}`, "aria-label": title }, h("h3", {}, `${title}（${items.length}）`),
    items.length ? list : h("p", { class: "soft" }, none), fold(list, MARKS_AT_ONCE, D.all(items.length)));
}

function row(item: Counted, jump: Jump, tool: Tool | undefined): HTMLElement {
  const open = waits(item);
  return h("li", { class: item.critical && !item.asked && !open ? "item critical" : "item" },
    h("p", { class: "item-head" }, h("span", { class: "tick", "aria-hidden": "true" }, open ? "…" : item.asked ? "✓" : "✗"), h("strong", {}, item.label),
      item.critical ? h("span", { class: item.asked || open ? "badge" : "badge red" }, item.asked || open ? null : icon(ICONS.alert), D.critical) : null,
      h("span", { class: "points" }, open ? D.waits : D.points(item.points, item.max))),
    item.quote ? h("blockquote", {}, h("span", { class: "soft" }, typeof item.turn === "number" ? D.quote : D.wrote), item.quote, " ", jumpTo(item.turn, jump)) : null,
    !item.asked && !open && item.why ? h("p", { class: "why" }, h("span", { class: "soft" }, D.why), item.why) : null,
    item.changed ? h("p", { class: "changed" }, icon(ICONS.person), D.override(item.changed.teacher, item.changed.points, item.changed.reason)) : null,
    tool?.(item) ?? null);
}
