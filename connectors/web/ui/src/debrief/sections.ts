/** The parts of a debrief that are read and not touched. */
import { h } from "../core/dom";
import { yuanOf, fen } from "../core/money";
import type { Debrief, ExpertLine, OrderStep, Shown, Talk, TestsReview } from "../core/practice-wire";
import { fold } from "../parts/fold";
import { D } from "./strings";

export type Jump = (turn: number) => void;

/** `shown`: the figures with what teachers changed. */
export function score(debrief: Debrief, shown: Shown): HTMLElement {
  return h("div", { class: `card score ${shown.passed ? "passed" : "failed"}` },
    h("div", { class: "total" }, h("span", { class: "soft" }, D.score), h("p", {}, h("strong", {}, String(shown.total)), ` / ${shown.max}`),
      h("span", { class: "verdict" }, shown.passed ? D.passed : D.notPassed),
      shown.total === debrief.total ? null : h("p", { class: "soft" }, D.machine(debrief.total)),
      shown.waiting ? h("p", { class: "soft" }, D.stillOpen(shown.waiting)) : null),
    h("div", { class: "parts" }, h("h3", {}, D.parts), ...debrief.parts.map((one) => bar(one.name, one.got, one.max)),
      debrief.comment ? h("p", { class: "summary-words" }, debrief.comment) : null));
}

export function bar(name: string, got: number, max: number): HTMLElement {
  const meter = h("meter", { min: "0", max: String(Math.max(max, 1)), value: String(got), "aria-label": name });
  return h("div", { class: "part" }, h("span", {}, name), h("span", { class: "points" }, D.points(got, max)), meter);
}

export function diagnosis({ diagnosis: { said, right, truth }, counter }: Debrief): HTMLElement {
  return h("div", { class: `card truth ${right ? "right" : "wrong"}` },
    h("p", {}, h("span", { class: "soft" }, D.your), h("strong", {}, said || "—"), h("span", { class: "verdict" }, right ? D.right : D.wrong)),
    h("p", {}, h("span", { class: "soft" }, D.truth), h("strong", {}, truth)),
    counter ? h("p", {}, h("span", { class: "soft" }, D.counter.title), h("strong", {}, counter.label), h("span", { class: counter.noticed ? "badge" : "badge red" }, counter.noticed ? D.counter.yes : D.counter.no),
      h("span", {}, counter.why)) : null);
}

export function jumpTo(turn: number | null | undefined, jump: Jump): HTMLElement | null {
  return typeof turn === "number" ? h("button", { type: "button", class: "link jump", onclick: () => jump(turn) }, D.jump(turn + 1)) : null;
}

export function order({ got, max, steps }: Debrief["order"], jump: Jump): HTMLElement {
  return h("div", {}, h("p", { class: "soft" }, D.order.lead), bar(D.order.title, got, max), h("ol", { class: "steps" }, ...steps.map((step) => orderStep(step, jump))));
}

function orderStep(step: OrderStep, jump: Jump): HTMLElement {
  const state = step.at === null ? "never" : step.in_order ? "right" : "moved";
  return h("li", { class: state }, h("span", { class: "step-label" }, step.label), step.at === null ? h("span", { class: "badge red" }, D.order.never) : null,
    step.at !== null && !step.in_order ? h("span", { class: "badge amber" }, D.order.out) : null, jumpTo(step.at, jump));
}

const LINES_AT_ONCE = 8;

export function expert(lines: readonly ExpertLine[]): HTMLElement {
  const line = ({ said, items, reached }: ExpertLine) => h("li", { class: reached ? "reached" : "unreached" },
    h("span", { class: "tick" }, h("span", { "aria-hidden": "true" }, reached ? "✓" : "✗"), h("span", { class: "sr" }, reached ? D.expert.yes : D.expert.no)),
    h("div", {}, h("p", {}, said), items.length ? h("p", { class: "tag" }, items.map((item) => item.label).join("、")) : null));
  const list = h("ol", { class: "expert" }, ...lines.map(line));
  return h("div", {}, h("p", { class: "soft" }, D.expert.lead), list, fold(list, LINES_AT_ONCE, D.expert.show(lines.length)));
}

export function tests(review: TestsReview): HTMLElement {
  const nothing = !review.needed.length && !review.useless.length && !review.harmful.length;
  return h("div", { class: "tests-review" }, nothing ? h("p", { class: "soft" }, D.tests.none) : null,
    review.harmful.length ? group(D.tests.harmful, review.harmful.map((one) => h("li", { class: "harm" }, h("strong", {}, `✗ ${one.label}`), h("p", {}, one.harm)))) : null,
    review.needed.length ? group(D.tests.needed, review.needed.map((one) => h("li", {}, `${one.done ? "✓" : "✗"} ${one.label}`, h("span", { class: one.done ? "badge" : "badge red" }, one.done ? D.tests.done : D.tests.notDone)))) : null,
    review.useless.length ? group(D.tests.useless, review.useless.map((one) => h("li", {}, one.label))) : null,
    h("p", { class: "soft" }, D.tests.total(yuanOf(fen(review.cost)), review.minutes)));
}

function group(title: string, rows: HTMLElement[]): HTMLElement {
  return h("div", {}, h("h4", {}, title), h("ul", {}, ...rows));
}

export function counts(talk: Talk): HTMLElement {
  const rows: [string, string][] = [[D.counts.turns, String(talk.turns)], [D.counts.questions, String(talk.questions)], [D.counts.open, String(talk.open)], [D.counts.empathy, String(talk.empathy)],
    [D.counts.jargon, String(talk.jargon)], [D.counts.interruptions, String(talk.interruptions)], [D.counts.rude, String(talk.rude)], [D.counts.time, D.seconds(talk.seconds)]];
  return h("dl", { class: "counts" }, ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
