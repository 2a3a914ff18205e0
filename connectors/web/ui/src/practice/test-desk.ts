/** The test desk: the whole catalogue to search in, and results as words, table or picture. */
import { arrange, h } from "../core/dom";
import { asProblem } from "../core/http";
import type { Memory } from "../core/memory";
import { fen, yuanOf } from "../core/money";
import type { TestGroup, TestResult } from "../core/practice-wire";
import { keepResults, keptResults } from "./drafts";
import { P } from "./strings";

export class TestDesk {
  readonly element: HTMLElement;
  readonly #memory: Memory;
  readonly #order: (test: string) => Promise<TestResult[]>;
  readonly #search = h("input", { type: "search", placeholder: P.desk.searchHint, enterkeyhint: "search", oninput: () => this.#find() });
  readonly #catalogue = h("div", { class: "catalogue" });
  readonly #none = h("p", { class: "soft", hidden: true }, P.desk.none);
  readonly #byWords = h("button", { type: "button", class: "second by-words", hidden: true, onclick: () => void this.#ask(this.#search.value.trim()) });
  readonly #error = h("p", { class: "error", role: "alert" });
  readonly #spent = h("p", { class: "soft" });
  readonly #results = h("ol", { class: "results" });
  readonly #said = h("div", { class: "sr", role: "status" });
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #all: TestResult[];

  constructor(memory: Memory, order: (test: string) => Promise<TestResult[]>) {
    this.#memory = memory;
    this.#order = order;
    this.#all = keptResults(memory);
    const form = h("form", { class: "test-search", role: "search", onsubmit: (event) => { event.preventDefault(); void this.#asWritten(); } }, h("label", { class: "field" }, P.desk.search, this.#search));
    this.element = h("div", { class: "test-desk" }, h("p", { class: "soft" }, P.desk.lead), form, this.#error, this.#byWords,
      h("section", { class: "done-tests", "aria-label": P.desk.results }, h("h3", {}, P.desk.results), this.#spent, this.#results), h("h3", {}, P.desk.catalogue), this.#none, this.#catalogue, this.#said);
    this.#show();
  }

  fill(groups: readonly TestGroup[]): void {
    this.#catalogue.replaceChildren(...groups.map(({ kind, tests }) => h("section", { class: "kind" }, h("h4", {}, P.desk.kinds[kind] ?? kind),
      h("ul", {}, ...tests.map(({ id, label }) => this.#row(id, label))))));
    this.#find();
    this.#show();
  }

  fail(words: string): void { this.#error.textContent = words; }

  #row(id: string, label: string): HTMLElement {
    const button = h("button", { type: "button", class: "second small", onclick: () => void this.#ask(id) }, P.desk.ask, h("span", { class: "sr" }, label));
    this.#buttons.set(id, button);
    return h("li", { "data-label": label.toLowerCase() }, h("span", {}, label), button);
  }

  #find(): void {
    const words = this.#search.value.trim().toLowerCase();
    for (const row of this.#catalogue.querySelectorAll<HTMLElement>("li")) row.hidden = !!words && !row.dataset["label"]?.includes(words);
    for (const kind of this.#catalogue.querySelectorAll<HTMLElement>(".kind")) kind.hidden = !kind.querySelector("li:not([hidden])");
    this.#none.hidden = !words || !!this.#catalogue.querySelector("li:not([hidden])");
    this.#byWords.hidden = !words;
    this.#byWords.textContent = P.desk.byWords(this.#search.value.trim());
  }

  /** Enter in the search orders what stands there: the desk understands words. */
  async #asWritten(): Promise<void> {
    const words = this.#search.value.trim();
    if (words) await this.#ask(words);
  }

  async #ask(test: string): Promise<void> {
    const button = this.#buttons.get(test) ?? this.#byWords;
    button.disabled = true;
    this.fail("");
    try {
      const results = await this.#order(test);
      if (!results.length) return this.fail(P.desk.unknown);
      const fresh = new Set(results.map((one) => one.id));
      this.#all = [...results, ...this.#all.filter((one) => !fresh.has(one.id))];
      keepResults(this.#memory, this.#all);
      this.#show();
      this.#said.replaceChildren(...results.map((one) => h("p", {}, `${one.label}：${one.text}`)));
      this.#results.scrollIntoView({ block: "nearest" });
    } catch (error) {
      const problem = asProblem(error);
      this.fail(problem.title || (problem.status === 0 ? P.offline : P.failed));
    } finally {
      button.disabled = false;
    }
  }

  #show(): void {
    const fenSpent = this.#all.reduce((sum, one) => sum + fen(one.cost), 0);
    const minutes = this.#all.reduce((sum, one) => sum + one.minutes, 0);
    this.#spent.textContent = this.#all.length ? P.desk.spent(this.#all.length, yuanOf(fenSpent), minutes) : P.desk.noResults;
    arrange(this.#results, this.#all.map((one) => resultView(one)));
    for (const { id } of this.#all) this.#buttons.get(id)?.classList.add("done");
  }
}

export function resultView(one: TestResult): HTMLElement {
  return h("li", { class: "result" }, h("p", { class: "item-head" }, h("strong", {}, one.label), h("span", { class: "points" }, P.desk.cost(yuanOf(fen(one.cost)), one.minutes))),
    one.text ? h("p", { class: "words" }, one.text) : null, one.table ? tableView(one.label, one.table) : null,
    one.picture?.startsWith("/api/v1/") ? h("img", { src: one.picture, alt: P.desk.picture(one.label), loading: "lazy" }) : null);
}

function tableView(label: string, [head, ...rows]: readonly string[][]): HTMLElement {
  return h("div", { class: "table-place", role: "region", tabindex: "0", "aria-label": label }, h("table", {},
    h("thead", {}, h("tr", {}, ...(head ?? []).map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell, at) => at ? h("td", {}, cell) : h("th", { scope: "row" }, cell)))))));
}
