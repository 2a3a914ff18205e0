/** The first page: what the class expects, what is not finished, and all cases. */
import { h } from "../core/dom";
import type { Memory } from "../core/memory";
import type { Assignment, CaseInfo, EncounterInfo, Learner } from "../core/practice-wire";
import { clockOf, dayOf } from "../core/time";
import { CasesView } from "./cases-view";
import type { Begin } from "./client";
import { ModePanel } from "./mode-panel";
import { P } from "./strings";

export interface HomeActs { begin(what: Begin, minutes: number): void; /** Goes on with what runs on the server. */ again(what: Begin): void; resume(one: EncounterInfo): void; drop(one: EncounterInfo): void }
export interface Home { cases: readonly CaseInfo[]; learner: Learner | null; open: readonly EncounterInfo[]; note: string }

export function homeView({ cases, learner, open, note }: Home, memory: Memory, acts: HomeActs): HTMLElement {
  const how = new ModePanel(memory);
  const minutesOf = (id: string) => cases.find((one) => one.id === id)?.minutes ?? 0;
  const list = new CasesView(cases, (one) => acts.begin({ case: one.id, mode: how.mode, counter: how.counter }, minutesOf(one.id)));
  const task = (one: Assignment) => taskRow(one, () => one.attempts_left === 0 ? acts.again({ case: one.case, mode: one.mode, assignment: one.id })
    : acts.begin({ case: one.case, mode: one.mode, assignment: one.id }, one.minutes ?? minutesOf(one.case)));
  return h("section", { class: "cases" }, note ? h("p", { class: "hint", role: "status" }, note) : null,
    learner?.assignments.length ? h("section", { class: "tasks", "aria-label": P.tasks.title }, h("h2", {}, P.tasks.title), h("ul", {}, ...inOrder(learner.assignments).map(task))) : null,
    open.length ? h("section", { class: "going", "aria-label": P.going.title }, h("h2", {}, P.going.title), h("ul", {}, ...open.map((one) => goingRow(one, acts)))) : null,
    h("p", { class: "soft lead" }, P.lead), h("p", { class: "fiction" }, P.fiction), how.element, list.element);
}

const RANK: Record<Assignment["state"], number> = { open: 0, future: 1, done: 2, closed: 3 };

/** What can be done now first, the nearest end before the rest. */
export function inOrder(all: readonly Assignment[]): Assignment[] {
  const until = (one: Assignment) => one.closes_at ? new Date(one.closes_at).getTime() : Infinity;
  return [...all].sort((a, b) => RANK[a.state] - RANK[b.state] || (until(a) === until(b) ? 0 : until(a) - until(b)));
}

export const momentOf = (iso: string): string => `${dayOf(iso)} ${clockOf(iso)}`;

function windowOf(one: Assignment): string {
  if (one.state === "future" && one.opens_at) return P.tasks.opens(momentOf(one.opens_at));
  return one.closes_at ? P.tasks.open(momentOf(one.closes_at)) : P.tasks.always;
}

/** An open one without attempts left is running: perhaps at another device. */
function taskRow(one: Assignment, start: () => void): HTMLElement {
  const left = one.attempts_left === null ? null : P.tasks.attempts(one.attempts_left);
  const label = one.attempts_left === 0 ? P.tasks.resume : P.tasks.start;
  return h("li", { class: `card case task ${one.state}` }, h("div", { class: "case-about" }, h("h3", {}, one.title),
    h("p", { class: "tags" }, h("span", { class: one.mode }, P.modes[one.mode]), h("span", {}, one.class), one.minutes ? h("span", {}, P.minutes(one.minutes)) : null, h("span", { class: "state" }, P.tasks.state[one.state])),
    h("p", { class: "soft" }, [windowOf(one), one.attempts_left ? left : null].filter(Boolean).join(" · "))),
  one.state === "open" ? h("button", { type: "button", class: "first", "aria-label": `${label}：${one.title}`, onclick: start }, label) : null);
}

function goingRow(one: EncounterInfo, acts: HomeActs): HTMLElement {
  return h("li", { class: "card case" }, h("div", { class: "case-about" }, h("h3", {}, one.title),
    h("p", { class: "soft" }, [P.modes[one.mode], P.going.since(momentOf(one.started_at)), one.mode === "exam" ? P.going.clock : ""].filter(Boolean).join(" · "))),
  h("div", { class: "row" }, h("button", { type: "button", class: "link", "aria-label": `${P.going.drop}：${one.title}`, onclick: () => acts.drop(one) }, P.going.drop),
    h("button", { type: "button", class: "first", "aria-label": `${P.going.resume}：${one.title}`, onclick: () => acts.resume(one) }, P.going.resume)));
}
