/** The left column: who waits, most urgent first, with a running clock. */
import { arrange, h, icon, ICONS } from "../core/dom";
import { waited } from "../core/time";
import type { Handoff } from "../core/wire";
import { S } from "../strings";
import type { Groups } from "./roster";

export class HandoffList {
  readonly element = h("nav", { class: "roster", "aria-label": S.desk.queue });
  readonly #choose: (id: string) => void;
  readonly #rows = new Map<string, { shape: string; row: HTMLElement }>();

  constructor(choose: (id: string) => void) { this.#choose = choose; }

  show(groups: Groups, chosen: string | null): void {
    const wanted: HTMLElement[] = [];
    const add = (title: string, group: Handoff[]) => {
      if (group.length) wanted.push(this.#title(title, group.length), ...group.map((one) => this.#row(one, one.id === chosen)));
    };
    add(S.desk.queue, groups.waiting);
    add(S.desk.mine, groups.mine);
    add(S.desk.others, groups.others);
    if (!wanted.length) wanted.push(h("div", { class: "empty" }, icon(ICONS.leaf), h("strong", {}, S.desk.empty), h("span", {}, S.desk.emptyMore)));
    arrange(this.element, wanted);
  }

  /** Only the clocks change every second, never the rows. */
  tick(now: number): void {
    for (const clock of this.element.querySelectorAll<HTMLElement>("[data-since]")) {
      clock.textContent = `${S.desk.waiting} ${waited(clock.dataset["since"] ?? "", now)}`;
    }
  }

  #title(title: string, count: number): HTMLElement { return h("h2", {}, `${title} · ${count}`); }

  #row(one: Handoff, chosen: boolean): HTMLElement {
    const shape = JSON.stringify([one, chosen]);
    const known = this.#rows.get(one.id);
    if (known?.shape === shape) return known.row;
    const focused = known?.row === document.activeElement;
    const row = this.#makeRow(one, chosen);
    this.#rows.set(one.id, { shape, row });
    if (focused) queueMicrotask(() => row.focus());  // a changed row must not throw the focus away
    return row;
  }

  #makeRow(one: Handoff, chosen: boolean): HTMLElement {
    const red = one.urgency === "red_flag";
    const waiting = one.status === "requested";
    return h("button", { type: "button", class: `handoff ${one.urgency} ${one.status}`, "data-id": one.id,
      ...(chosen ? { "aria-current": "true" } : {}), onclick: () => this.#choose(one.id) },
      h("span", { class: "line" }, h("strong", {}, one.patient), red ? h("span", { class: "badge red" }, icon(ICONS.alert), S.desk.red) : h("span", { class: "badge" }, S.desk.asked),
        one.unread > 0 ? h("span", { class: "unread", "aria-label": S.desk.unread(one.unread) }, String(one.unread)) : null),
      h("span", { class: "last" }, one.last || one.reason),
      waiting ? h("span", { class: "clock", "data-since": one.requested_at }, `${S.desk.waiting} ${waited(one.requested_at, Date.now())}`)
        : h("span", { class: "clock" }, S.desk.acceptedBy(one.nurse ?? S.desk.another)));
  }
}
