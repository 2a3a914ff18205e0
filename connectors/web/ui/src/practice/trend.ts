/** The learner's last results: a small line and, for everybody, the same as a list. */
import { h } from "../core/dom";
import type { Finished } from "../core/practice-wire";
import { clockOf, dayOf } from "../core/time";
import { P } from "./strings";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, EDGE] = [320, 96, 8];

export const percent = ({ total, max }: Pick<Finished, "total" | "max">): number => Math.round(100 * total / Math.max(max, 1));

/** Points of the line in the drawing's own units; one result stands in the middle. */
export function points(shares: readonly number[]): [number, number][] {
  const step = shares.length > 1 ? (WIDTH - 2 * EDGE) / (shares.length - 1) : 0;
  const first = shares.length > 1 ? EDGE : WIDTH / 2;
  return shares.map((share, at) => [first + at * step, HEIGHT - EDGE - share / 100 * (HEIGHT - 2 * EDGE)]);
}

export function trendView(trend: readonly Finished[]): HTMLElement {
  if (!trend.length) return h("p", { class: "soft" }, P.me.trendEmpty);
  const rows = [...trend].reverse().map((one) => h("li", {}, h("span", { class: one.passed ? "badge" : "badge amber" }, `${percent(one)}%`),
    h("span", { class: "trend-title" }, one.title), h("span", { class: "soft" }, `${dayOf(one.ended_at)} ${clockOf(one.ended_at)}`),
    h("a", { href: `#debrief=${encodeURIComponent(one.encounter)}`, "aria-label": `${P.me.open}：${one.title}` }, P.me.open)));
  const enough = trend.length > 1;
  return h("div", { class: "trend" }, enough ? drawing(trend.map(percent)) : h("p", { class: "soft" }, P.me.trendFew), h("ol", { class: "trend-list" }, ...rows));
}

function drawing(shares: readonly number[]): Node & HTMLElement {
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "trend-line", "aria-label": P.me.trendAlt(shares.length, shares[0] ?? 0, shares.at(-1) ?? 0) });
  const all = points(shares);
  for (const share of [0, 50, 100]) {
    const y = points([share])[0]![1];
    svg.append(make("line", { x1: "0", x2: String(WIDTH), y1: String(y), y2: String(y), class: "grid" }));
  }
  svg.append(make("polyline", { points: all.map((point) => point.join(",")).join(" "), class: "line" }));
  for (const [x, y] of all) svg.append(make("circle", { cx: String(x), cy: String(y), r: "4" }));
  return svg as unknown as HTMLElement;
}

function make(tag: string, attributes: Record<string, string>): SVGElement {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  return one;
}
