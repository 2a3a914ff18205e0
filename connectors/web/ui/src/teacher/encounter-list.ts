/** Who is talking with a patient now, and who has finished. */
import { arrange, h, icon, ICONS } from "../core/dom";
import { waited } from "../core/time";
import type { EncounterRow } from "../core/practice-wire";
import { T } from "./strings";

/** Running ones by who spoke last, then the finished, the newest first. */
export function grouped(all: readonly EncounterRow[]): { running: EncounterRow[]; ended: EncounterRow[] } {
  const newest = [...all].sort((a, b) => new Date(b.last_at).getTime() - new Date(a.last_at).getTime());
  return { running: newest.filter((one) => !one.ended), ended: newest.filter((one) => one.ended) };
}

export class EncounterList {
  readonly element = h("nav", { class: "roster", "aria-label": T.talks.list });
  readonly #choose: (id: string) => void;
  readonly #rows = new Map<string, { shape: string; row: HTMLElement }>();

  constructor(choose: (id: string) => void) { this.#choose = choose; }

  show(all: readonly EncounterRow[], chosen: string | null, now: number): void {
    const { running, ended } = grouped(all);
    const wanted: HTMLElement[] = [];
    const add = (title: string, group: EncounterRow[]) => {
      if (group.length) wanted.push(h("h2", {}, `${title} · ${group.length}`), ...group.map((one) => this.#row(one, one.id === chosen, now)));
    };
    add(T.talks.running, running);
    add(T.talks.ended, ended);
    if (!wanted.length) wanted.push(h("div", { class: "empty" }, icon(ICONS.leaf), h("strong", {}, T.talks.empty), h("span", {}, T.talks.emptyMore)));
    arrange(this.element, wanted);
  }

  #row(one: EncounterRow, chosen: boolean, now: number): HTMLElement {
    const ago = one.ended ? "" : T.talks.since(waited(one.last_at, now));
    const shape = JSON.stringify([one, chosen, ago]);
    const known = this.#rows.get(one.id);
    if (known?.shape === shape) return known.row;
    const focused = known?.row === document.activeElement;
    const row = h("button", { type: "button", class: `handoff encounter-row ${one.ended ? "ended" : "running"}`, ...(chosen ? { "aria-current": "true" } : {}), onclick: () => this.#choose(one.id) },
      h("span", { class: "line" }, h("strong", {}, one.learner), h("span", { class: `badge mode ${one.mode}` }, T.modes[one.mode]), one.total === null ? null : h("span", { class: "points" }, T.talks.score(one.total, one.max ?? 0))),
      h("span", { class: "last" }, one.title), h("span", { class: "clock" }, [T.talks.turns(one.turns), ago].filter(Boolean).join(" · ")));
    this.#rows.set(one.id, { shape, row });
    if (focused) setTimeout(() => row.focus());
    return row;
  }
}
