/** Feedback after an encounter: what matters most first, and every mark leads to the sentence that earned it. */
import { h } from "../core/dom";
import type { DebriefSheet } from "../core/practice-wire";
import { commentView } from "./comment-view";
import { heatMap } from "./heat-map";
import { counting, missedFirst, waits } from "./marks";
import { marksCard, type Tool } from "./marks-view";
import { reflectionBox } from "./reflection";
import { bar, counts, diagnosis, expert, order, score, tests } from "./sections";
import { D } from "./strings";
import { TranscriptView } from "./transcript-view";

export interface DebriefActs {
  /** Play on from a turn; absent where that is not allowed. */
  fork?: (turn: number) => void;
  /** Absent for who only reads. */
  reflect?: (text: string) => Promise<void>;
  /** A teacher's tool below each mark. */
  tool?: Tool;
  /** Links and buttons at the end of the page. */
  foot?: HTMLElement[];
}

export function debriefView(sheet: DebriefSheet, acts: DebriefActs): HTMLElement {
  const { debrief } = sheet;
  const talk = new TranscriptView(sheet.labels, acts.fork);
  talk.show(sheet.transcript);
  const jump = (turn: number) => talk.jump(turn);
  const marks = counting(debrief.items, sheet.overrides);
  const waiting = marks.filter(waits);
  const missed = marksCard(D.missed, missedFirst(marks.filter((mark) => !mark.asked && !waits(mark))), D.none, "missed", jump, acts.tool);
  const got = marksCard(D.got, marks.filter((mark) => mark.asked), D.noneGot, "asked", jump, acts.tool);
  const heat = card(D.heat.title, heatMap(debrief.heat, jump));
  const sequence = card(D.order.title, order(debrief.order, jump));
  const path = card(D.expert.title, expert(debrief.expert));
  const checks = card(D.tests.title, tests(debrief.tests));
  const numbers = card(D.counts.title, counts(debrief.talk), bar(D.sbar, debrief.sbar.got, debrief.sbar.max));
  const own = acts.reflect ? card(D.reflection.title, reflectionBox(sheet.reflection, acts.reflect)) : sheet.reflection ? card(D.reflection.theirs, h("p", { class: "words" }, sheet.reflection)) : null;
  const names = new Map(debrief.items.map((mark) => [mark.item, mark.label]));
  const stops: [string, HTMLElement][] = [[D.missed, missed], [D.got, got], [D.heat.title, heat], [D.order.title, sequence], [D.expert.title, path], [D.tests.title, checks], [D.talk.title, talk.element]];
  if (own) stops.push([D.reflection.title, own]);
  return h("section", { class: "debrief-view", tabindex: "-1" },
    h("div", { class: "sheet" }, score(debrief, sheet.shown), diagnosis(debrief), stopsNav(stops), missed, got,
      waiting.length ? marksCard(D.waiting, waiting, "", "waiting", jump, acts.tool) : null, heat, sequence, path, checks, numbers,
      sheet.comment ? commentView(sheet.comment, (item) => names.get(item)) : null,
      debrief.teaching ? h("section", { class: "card teaching", "aria-label": D.teaching }, h("h3", {}, D.teaching), h("p", { class: "words" }, debrief.teaching)) : null, own, ...(acts.foot ?? [])),
    talk.element);
}

function card(title: string, ...children: (HTMLElement | null)[]): HTMLElement {
  return h("section", { class: "card", "aria-label": title }, h("h3", {}, title), ...children);
}

/** Buttons instead of links: the address says which debrief, not which part of it. */
function stopsNav(stops: readonly [string, HTMLElement][]): HTMLElement {
  return h("nav", { class: "stops", "aria-label": D.sections }, ...stops.map(([name, place]) => {
    place.tabIndex = -1;
    return h("button", { type: "button", class: "chip", onclick: () => { place.scrollIntoView({ block: "start" }); place.focus({ preventScroll: true }); } }, name);
  }));
}
