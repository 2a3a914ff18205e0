/** Which patient to meet: filters over the list, made once so that typing never loses its place. */
import { arrange, h } from "../core/dom";
import type { CaseInfo } from "../core/practice-wire";
import { ANY, choices, limits, matching, type Filter } from "./filters";
import { P } from "./strings";

export class CasesView {
  readonly element = h("section", { class: "case-list", "aria-label": P.list.title });
  readonly #cases: readonly CaseInfo[];
  readonly #rows: Map<string, HTMLElement>;
  readonly #found = h("p", { class: "soft found", role: "status" });
  readonly #list = h("ul", {});
  readonly #none: HTMLElement;
  #filter: Filter = ANY;

  constructor(cases: readonly CaseInfo[], start: (one: CaseInfo) => void) {
    this.#cases = cases;
    this.#rows = new Map(cases.map((one) => [one.id, row(one, start)]));
    const bar = this.#bar();
    this.#none = h("div", { class: "empty", hidden: true }, h("span", {}, cases.length ? P.list.none : P.list.empty),
      cases.length ? h("button", { type: "button", class: "second", onclick: () => { bar.reset(); this.#set(ANY); } }, P.list.clear) : null);
    this.element.append(h("div", { class: "list-head" }, h("h2", {}, P.list.title), this.#found), bar, this.#list, this.#none);
    this.#show();
  }

  #bar(): HTMLFormElement {
    const words = h("input", { type: "search", placeholder: P.list.searchHint, oninput: () => this.#set({ words: words.value }) });
    const specialty = pick(choices(this.#cases, "specialty").map((one) => [one, one]), (value) => this.#set({ specialty: value }));
    const level = pick(choices(this.#cases, "level").map((one) => [one, P.levels[one] ?? one]), (value) => this.#set({ level: value }));
    const minutes = pick(limits(this.#cases).map((one) => [String(one), P.list.upTo(one)]), (value) => this.#set({ minutes: Number(value) }));
    const field = (label: string, input: HTMLElement, name = "") => h("label", { class: `field ${name}` }, label, input);
    return h("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() }, field(P.list.search, words, "wide"),
      field(P.list.specialty, specialty), field(P.list.level, level), field(P.list.time, minutes));
  }

  #set(change: Partial<Filter>): void {
    this.#filter = { ...this.#filter, ...change };
    this.#show();
  }

  #show(): void {
    const found = matching(this.#cases, this.#filter);
    this.#found.textContent = P.list.found(found.length);
    arrange(this.#list, found.flatMap((one) => this.#rows.get(one.id) ?? []));
    this.#none.hidden = found.length > 0;
  }
}

function pick(all: [string, string][], chosen: (value: string) => void): HTMLSelectElement {
  const select = h("select", { onchange: () => chosen(select.value) }, h("option", { value: "" }, P.list.all), ...all.map(([value, label]) => h("option", { value }, label)));
  return select;
}

function row(one: CaseInfo, start: (one: CaseInfo) => void): HTMLElement {
  return h("li", { class: "card case" },
    h("div", { class: "case-about" }, h("h3", {}, one.title),
      h("p", { class: "tags" }, h("span", {}, one.specialty), h("span", {}, P.levels[one.level] ?? one.level), one.minutes ? h("span", {}, P.minutes(one.minutes)) : null),
      one.goals?.length ? h("details", {}, h("summary", {}, P.list.goals), h("ul", { class: "goals" }, ...one.goals.map((goal) => h("li", {}, goal)))) : null),
    h("button", { type: "button", class: "first", "aria-label": `${P.list.start}：${one.title}`, onclick: () => start(one) }, P.list.start));
}
