/** Every item of the case as a cell: asked, told, or never reached. Told by sign and pattern, not by colour alone; walked by arrow keys. */
import { h } from "../core/dom";
import type { HeatItem, HeatState } from "../core/practice-wire";
import { bySection, stateCounts } from "./marks";
import { D } from "./strings";

const STATES: HeatState[] = ["told", "asked", "never"];

export function heatMap(heat: readonly HeatItem[], jump: (turn: number) => void): HTMLElement {
  const about = h("p", { class: "heat-about", role: "status" }, D.heat.choose);
  const counts = stateCounts(heat);
  const legend = h("ul", { class: "legend" }, ...STATES.map((state) =>
    h("li", {}, h("span", { class: `swatch ${state}`, "aria-hidden": "true" }, D.heat.mark[state]), D.heat.count(D.heat.state[state], counts[state]))));
  const grid = h("div", { class: "heat", role: "group", "aria-label": `${D.heat.title}，${D.heat.keys}` });
  for (const [section, items] of bySection(heat)) {
    grid.append(h("h4", {}, D.heat.sections[section] ?? section),
      h("div", { class: "cells" }, ...items.map((item) => cell(item, about, jump))));
  }
  walkable(grid);
  return h("div", {}, h("p", { class: "soft" }, D.heat.lead), legend, grid, about);
}

/** The turn a cell leads to: where it was told, else where it was first asked. */
export function turnOf(item: HeatItem): number | null { return item.told_at ?? item.asked_at[0] ?? null; }

export function wordsOf(item: HeatItem): string {
  const asked = item.asked_at.length ? D.heat.askedAt(item.asked_at.map((turn) => turn + 1).join("、")) : "";
  const told = item.told_at === null ? "" : D.heat.toldAt(item.told_at + 1);
  return D.heat.cell(item.label, D.heat.state[item.state], asked + told);
}

function cell(item: HeatItem, about: HTMLElement, jump: (turn: number) => void): HTMLElement {
  const kind = item.kind === "red_flag" ? D.heat.red : item.kind === "must" ? D.heat.must : "";
  const words = wordsOf(item) + (kind ? `（${kind}）` : "");
  const tell = () => { if (about.textContent !== words) about.textContent = words; };
  return h("button", { type: "button", class: `cell ${item.state} ${item.kind}`, tabindex: "-1", "aria-label": words, onfocus: tell, onmouseenter: tell, onclick: () => {
    tell();
    const turn = turnOf(item);
    if (turn !== null) jump(turn);
  } }, h("span", { "aria-hidden": "true" }, D.heat.mark[item.state]), item.label, item.kind === "red_flag" ? h("i", {}, "!") : null);
}

/** One stop for Tab; arrows, Home and End move inside. */
function walkable(grid: HTMLElement): void {
  const cells = [...grid.querySelectorAll<HTMLElement>(".cell")];
  cells[0]?.setAttribute("tabindex", "0");
  const enter = (one: HTMLElement | undefined) => {
    if (!one) return;
    for (const other of cells) other.tabIndex = other === one ? 0 : -1;
    one.focus();
  };
  grid.addEventListener("focusin", (event) => {
    const at = cells.indexOf(event.target as HTMLElement);
    if (at >= 0) for (const other of cells) other.tabIndex = other === cells[at] ? 0 : -1;
  });
  grid.addEventListener("keydown", (event) => {
    const at = cells.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const next = target(cells, at, (event as KeyboardEvent).key);
    if (!next) return;
    event.preventDefault();
    enter(next);
  });
}

function target(cells: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key === "ArrowRight") return cells[at + 1];
  if (key === "ArrowLeft") return cells[at - 1];
  if (key === "Home") return cells[0];
  if (key === "End") return cells.at(-1);
  if (key === "ArrowDown") return besides(cells.slice(at + 1), cells[at]!);
  if (key === "ArrowUp") return besides(cells.slice(0, at).reverse(), cells[at]!);
  return undefined;
}

/** Of the nearest other row the cell that stands closest; `others` go away from `from`. */
function besides(others: readonly HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const row = others.find((one) => one.offsetTop !== from.offsetTop)?.offsetTop;
  const away = (one: HTMLElement) => Math.abs(one.offsetLeft - from.offsetLeft);
  return others.filter((one) => one.offsetTop === row).sort((a, b) => away(a) - away(b))[0];
}
