/** How well machine and teachers agree, group by group; where they don't, the machine does not mark. */
import { h } from "../core/dom";
import type { KappaGroup, KappaTable } from "../core/practice-wire";
import { T } from "./strings";

const pairName = ({ a, b }: { a: string; b: string }) => T.kappa.pair(a, b);

export function kappaView(table: KappaTable): HTMLElement {
  if (!table.groups.length || !table.encounters) return h("p", { class: "soft" }, T.kappa.none);
  const pairs = [...new Set(table.groups.flatMap((group) => group.pairs.map(pairName)))];
  const twice = table.groups.some((group) => group.pairs.some((pair) => pair.a !== table.machine && pair.b !== table.machine));
  const untrusted = table.groups.filter((group) => !group.trusted).map((group) => group.group);
  return h("div", {}, h("p", { class: "soft" }, T.kappa.lead(table.threshold, table.encounters)),
    h("div", { class: "table-place", role: "region", tabindex: "0", "aria-label": T.kappa.title }, h("table", { class: "kappa" },
      h("thead", {}, h("tr", {}, ...[T.kappa.group, T.kappa.trust, T.kappa.count, ...pairs].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...table.groups.map((group) => row(group, pairs))))),
    h("p", { class: untrusted.length ? "hint" : "fiction", role: "status" }, untrusted.length ? T.kappa.untrusted(untrusted.join("、")) : twice ? T.kappa.good : T.kappa.once));
}

function row(group: KappaGroup, pairs: readonly string[]): HTMLElement {
  const cell = (name: string) => {
    const kappa = group.pairs.find((one) => pairName(one) === name)?.kappa ?? null;
    return h("td", { class: group.trusted || kappa === null ? "" : "low" }, kappa === null ? T.kappa.dash : String(Number(kappa)));
  };
  return h("tr", {}, h("th", { scope: "row" }, group.group), h("td", {}, h("span", { class: group.trusted ? "badge" : "badge red" }, group.trusted ? T.kappa.yes : T.kappa.no)), h("td", {}, String(group.n)), ...pairs.map(cell));
}
