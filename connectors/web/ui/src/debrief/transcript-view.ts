/** What was said, turn by turn, with the items each sentence of the patient gave away. Marks jump here. */
import { h } from "../core/dom";
import type { SpokenTurn } from "../core/practice-wire";
import { D } from "./strings";

/** Labels of items and tests by their ids. */
export type Labels = Readonly<Record<string, string>>;

export class TranscriptView {
  readonly element: HTMLElement;
  readonly #turns = new Map<number, HTMLElement>();
  #labels: Labels;
  readonly #fork: ((turn: number) => void) | undefined;
  readonly #list = h("ol", {});
  readonly #drawn: Record<number, string> = {};
  #from: HTMLElement | null = null;

  /** `fork`: play on from that turn, where that is allowed. */
  constructor(labels: Labels, fork?: (turn: number) => void) {
    this.#labels = labels;
    this.#fork = fork;
    this.element = h("section", { class: "card talkback", "aria-label": D.talk.title }, h("h3", {}, D.talk.title), this.#list);
  }

  /** Turns already on the page stay as they are, so that reading along does not lose its place. */
  show(turns: readonly SpokenTurn[], labels: Labels = this.#labels): void {
    this.#labels = labels;
    for (const turn of turns) {
      const shape = JSON.stringify(turn);
      if (this.#drawn[turn.turn] === shape) continue;
      this.#drawn[turn.turn] = shape;
      const fresh = this.#turn(turn);
      const known = this.#turns.get(turn.turn);
      if (known) known.replaceWith(fresh);
      else this.#list.append(fresh);
      this.#turns.set(turn.turn, fresh);
    }
    if (!turns.length) this.#list.replaceChildren(h("li", { class: "soft" }, D.talk.empty));
    else this.#list.querySelector(":scope > .soft")?.remove();
  }

  /** Shows a turn and lights it; a button in it leads back to where the reader came from. */
  jump(turn: number): void {
    const target = this.#turns.get(turn);
    if (!target) return;
    this.#list.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
    this.#list.querySelectorAll(".back-up").forEach((one) => one.remove());
    this.#from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    target.classList.add("lit");
    target.append(h("button", { type: "button", class: "link back-up", onclick: () => this.#back() }, D.talk.back));
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  end(): void { this.#list.lastElementChild?.scrollIntoView({ block: "nearest" }); }

  #back(): void {
    this.#from?.scrollIntoView({ block: "center" });
    this.#from?.focus({ preventScroll: true });
  }

  #turn(turn: SpokenTurn): HTMLElement {
    const desk = turn.answer.startsWith(D.talk.deskMark);
    const answer = desk ? turn.answer.slice(D.talk.deskMark.length) : turn.answer;
    const sentences = turn.sentences.length && !desk ? turn.sentences : [{ text: answer, items: [] }];
    return h("li", { class: "turn", tabindex: "-1" }, h("p", { class: "turn-head" }, h("span", { class: "soft" }, D.talk.said(turn.turn + 1)),
      this.#fork ? h("button", { type: "button", class: "link", onclick: () => this.#fork?.(turn.turn) }, D.talk.fork) : null),
    turn.said ? h("p", { class: "you" }, h("b", {}, `${D.talk.you}：`), turn.said) : null,
    h("div", { class: "they" }, h("b", {}, `${desk ? D.talk.desk : D.talk.patient}：`), ...sentences.map(({ text, items }) => h("p", {}, text, this.#tag(items, D.talk.unlocked)))),
    turn.ordered.length ? h("p", {}, this.#tag(turn.ordered, D.talk.ordered)) : null);
  }

  #tag(ids: readonly string[], words: (labels: string) => string): HTMLElement | null {
    const names = ids.flatMap((id) => this.#labels[id] ?? []);  // an id says nothing to a reader
    return names.length ? h("span", { class: "tag" }, words(names.join("、"))) : null;
  }
}
