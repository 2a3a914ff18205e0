/** Which item nobody asks. */
import { h } from "../core/dom";
import type { ItemAnalysis, ItemShare } from "../core/practice-wire";
import { D } from "../debrief/strings";
import { T } from "./strings";

/** The least asked first; among equals the critical ones. */
export function leastAsked(items: readonly ItemShare[]): ItemShare[] {
  const share = ({ asked, judged }: ItemShare) => asked / Math.max(judged, 1);
  return [...items].sort((a, b) => share(a) - share(b) || Number(b.critical) - Number(a.critical));
}

export function itemsView({ encounters, items }: ItemAnalysis): HTMLElement {
  if (!encounters) return h("p", { class: "soft" }, T.items.none);
  return h("div", {}, h("p", { class: "soft" }, T.items.lead(encounters)), h("ol", { class: "shares" }, ...leastAsked(items).map(bar)));
}

function bar(one: ItemShare): HTMLElement {
  return h("li", { class: one.asked ? "" : "nobody" }, h("p", { class: "item-head" }, h("strong", {}, one.label), h("span", { class: "soft" }, one.part), one.critical ? h("span", { class: "badge red" }, D.critical) : null,
    h("span", { class: "points" }, one.asked ? T.items.share(one.asked, one.judged) : `${T.items.nobody} ${T.items.share(0, one.judged)}`)),
  h("meter", { min: "0", max: String(Math.max(one.judged, 1)), value: String(one.asked), "aria-label": one.label }));
}
