/** One encounter at the teacher's desk: read along while it runs, mark it blind, or read its debrief and change marks. */
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import type { BlindSheet, EncounterDetail, Ending, Override } from "../core/practice-wire";
import { debriefView } from "../debrief/debrief-view";
import { TranscriptView } from "../debrief/transcript-view";
import { P } from "../practice/strings";
import { blindForm } from "./blind-form";
import { overrideTool } from "./override-form";
import { T } from "./strings";

export interface EncounterActs {
  back(): void;
  blind(id: string): Promise<BlindSheet>;
  refresh(): Promise<void>;
  mark(marks: Record<string, boolean>): Promise<void>;
  change(change: Omit<Override, "teacher">): Promise<void>;
}
type Look = "ask" | "blind" | "debrief";

export class EncounterView {
  readonly element = h("section", { class: "encounter-view" });
  readonly #acts: EncounterActs;
  readonly #body = h("div", { class: "encounter-body" });
  readonly #head = h("header", { class: "view-head" });
  #live: TranscriptView | null = null;
  #shown = "";
  #look: Look = "ask";
  /** Whose debrief this teacher has read: her marks of it would not be blind. */
  readonly #read = new Set<string>();

  constructor(acts: EncounterActs) {
    this.#acts = acts;
    this.element.append(this.#head, this.#body);
  }

  show(one: EncounterDetail): void {
    const id = one.encounter;
    if (!this.#shown.startsWith(`${id} `)) [this.#look, this.#live] = ["ask", null];
    this.#heading(one);
    if (!one.debrief) return this.#alongside(one);
    const shape = `${id} ${this.#look} ${one.marked} ${JSON.stringify(one.overrides)}`;
    if (shape === this.#shown) return;  // whoever is writing in a form keeps it
    this.#shown = shape;
    this.#live = null;
    this.#body.replaceChildren(...this.#finished(one));
  }

  #heading(one: EncounterDetail): void {
    this.#head.replaceChildren(h("button", { type: "button", class: "quiet back", "aria-label": T.talks.back, onclick: () => this.#acts.back() }, icon(ICONS.back)),
      h("div", { class: "about" }, h("h2", {}, one.learner, h("span", { class: `badge mode ${one.mode}` }, T.modes[one.mode]), one.ended ? null : h("span", { class: "badge" }, T.talks.reading)), h("p", { class: "soft" }, one.title)));
  }

  #alongside(one: EncounterDetail): void {
    if (!this.#live) {
      this.#live = new TranscriptView({});
      this.#body.replaceChildren(this.#live.element);
      this.#shown = `${one.encounter} live`;
    }
    const { scrollTop, clientHeight, scrollHeight } = this.#body;
    this.#live.show(one.transcript, one.labels);
    if (scrollHeight - scrollTop - clientHeight < 120) this.#live.end();
  }

  #finished(one: EncounterDetail): HTMLElement[] {
    if (this.#look === "blind") return [this.#blind(one)];
    if (this.#look === "debrief" && one.debrief && one.shown) {
      this.#read.add(one.encounter);
      const tool = (mark: Parameters<typeof overrideTool>[0]) => overrideTool(mark, (change) => this.#acts.change(change));
      return [debriefView({ ...one, debrief: one.debrief, shown: one.shown }, { tool })];
    }
    return [this.#choices(one)];
  }

  #choices(one: EncounterDetail): HTMLElement {
    const turn = (look: Look) => { this.#look = look; this.show(one); this.#body.scrollTop = 0; };
    const blind = !one.marked && !this.#read.has(one.encounter);
    return h("div", { class: "card choose-look" }, h("h3", {}, blind ? T.talks.ask : one.marked ? T.talks.marked : T.talks.seen), blind ? h("p", { class: "soft" }, T.talks.askMore) : null,
      h("div", { class: "row" }, blind ? h("button", { type: "button", class: "second", onclick: () => turn("blind") }, T.talks.blind) : null,
        h("button", { type: "button", class: "first", onclick: () => turn("debrief") }, T.talks.see)));
  }

  #blind(one: EncounterDetail): HTMLElement {
    const place = h("div", { class: "blind-place" }, h("p", { class: "soft" }, T.loading));
    const away = () => { this.#look = "ask"; this.show(one); };
    const submit = async (marks: Record<string, boolean>) => { await this.#acts.mark(marks); this.#look = "ask"; await this.#acts.refresh(); };
    this.#acts.blind(one.encounter).then((sheet) => {
      const talk = new TranscriptView(sheet.labels);
      // what each sentence unlocked is the machine's reading: not shown to who marks blind
      talk.show(sheet.transcript.map((turn) => ({ ...turn, sentences: [{ text: turn.answer, items: [] }] })));
      place.replaceChildren(blindForm(sheet.items, submit, away), h("div", { class: "sheet" }, talk.element, endingCard(sheet.ending)));
    }, (error: unknown) => place.replaceChildren(h("p", { class: "error", role: "alert" }, asProblem(error).title || T.failed), h("button", { type: "button", class: "second", onclick: away }, T.cancel)));
    return place;
  }
}

/** What the learner concluded: part of what is marked. */
function endingCard({ sbar, ...ending }: Ending): HTMLElement {
  const said = [...(["diagnosis", "differentials", "reasons", "plan"] as const).map((name): [string, string] => [P.end[name], ending[name]]),
    ...(["situation", "background", "assessment", "recommendation"] as const).map((name): [string, string] => [P.end[name], sbar[name]])];
  return h("section", { class: "card", "aria-label": T.blind.ending }, h("h3", {}, T.blind.ending), h("dl", { class: "ending" }, ...said.flatMap(([name, words]) => [h("dt", {}, name), h("dd", { class: "words" }, words || "—")])));
}
