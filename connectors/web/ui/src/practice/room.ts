/** The consulting room: the talk, the test desk, notes, and the conclusion, beside each other or, on a phone, behind tabs. */
import { speak } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import type { Memory } from "../core/memory";
import { OfflineQueue } from "../core/queue";
import { Session } from "../core/session";
import type { Debrief, EncounterInfo, EncounterState, Ending } from "../core/practice-wire";
import { confirmed } from "../parts/confirm";
import type { PracticeClient } from "./client";
import { skewOf } from "./clock";
import { isEmpty, keptTurns } from "./drafts";
import { EndForm } from "./end-form";
import { Notes } from "./notes";
import { P } from "./strings";
import { earlierTalk, talkView, type Talk } from "./talk";
import { TestDesk } from "./test-desk";
import { Timer } from "./timer";

type Tab = "talk" | "desk" | "notes" | "end";
/** So long, in seconds, the setting stands open. */
const FRESH_S = 60;
const SHOWN_MS = 20_000;
const AFTER_OTHERS_MS = 3_000;
const TABS: Tab[] = ["talk", "desk", "notes", "end"];

export interface RoomParts {
  info: EncounterInfo;
  /** Null while the line is down. */
  state: EncounterState | null;
  memory: Memory;
  client: PracticeClient;
  live: HTMLElement;
  leave(): void;
  gone(): void;
  /** Null when it was ended elsewhere and the debrief has to be fetched. */
  ended(debrief: Debrief | null): void;
}

export class Room {
  readonly element: HTMLElement;
  readonly #parts: RoomParts;
  readonly #session: Session;
  readonly #talk: Talk;
  readonly #desk: TestDesk;
  readonly #notes: Notes;
  readonly #form: EndForm;
  readonly #timer: Timer;
  readonly #tabs = new Map<Tab, HTMLButtonElement>();
  readonly #banner = h("div", { class: "banner", role: "status" });
  readonly #hint = h("div", { class: "hint hint-line", role: "status", hidden: true });
  readonly #veil = h("div", { class: "veil", hidden: true });
  #tab: Tab = "talk";
  #hints: number;
  #fading: ReturnType<typeof setTimeout> | undefined;
  /** Seconds that lay behind when the room was entered. */
  readonly #spent: number;

  constructor(parts: RoomParts) {
    const { info, state, memory, client, live } = parts;
    this.#parts = parts;
    this.#hints = state?.hints_used ?? 0;
    this.#session = new Session({ memory, queue: new OfflineQueue(memory), onGone: parts.gone });
    this.#talk = talkView(this.#session, live, () => { if (this.#tab !== "talk") this.#tabs.get("talk")?.classList.add("news"); });
    this.#desk = new TestDesk(memory, (test) => client.order(info.encounter, test));
    this.#notes = new Notes(memory, state?.notes ?? "", (text) => client.notes(info.encounter, text));
    this.#form = new EndForm(memory, (ending) => this.#submit(ending));
    const skew = skewOf(state?.now, Date.now());
    const spent = state?.seconds ?? (Date.now() - new Date(info.started_at).getTime()) / 1000;
    this.#spent = spent;
    this.#timer = new Timer(info.ends_at, spent, state?.paused ?? false, () => Date.now() + skew, { warn: (minutes) => this.#warn(minutes), over: () => void this.#over() });
    this.element = this.#build();
    this.#show("talk");
    if (state?.paused) this.#paused(true);
  }

  get training(): boolean { return this.#parts.info.mode === "training"; }

  async start(): Promise<void> {
    this.#timer.start();
    void this.#session.start();
    this.#talk.composer.focus();
    try {
      this.#desk.fill(await this.#parts.client.tests(this.#parts.info.encounter));
    } catch (error) {
      this.#desk.fail(asProblem(error).title || P.failed);
    }
  }

  stop(): void {
    clearTimeout(this.#fading);
    this.#timer.stop();
    this.#session.stop();
    void this.#notes.flush();
  }

  #build(): HTMLElement {
    const { info } = this.#parts;
    const panel = (tab: Tab, ...children: (HTMLElement | null)[]) => h("section", { class: `panel ${tab}`, "aria-label": P.room[tab] }, ...children);
    return h("section", { class: `room ${info.mode}` },
      h("header", { class: "room-head" }, h("button", { type: "button", class: "quiet", "aria-label": P.room.leave, title: P.room.leave, onclick: () => this.#parts.leave() }, icon(ICONS.back)),
        h("h2", {}, info.title), h("span", { class: `badge mode ${info.mode}` }, P.modes[info.mode]), this.#timer.element, this.training ? this.#pauseButton() : null),
      this.#tabBar(),
      h("div", { class: "room-body" },
        panel("talk", info.setting ? h("details", { class: "setting", open: this.#spent < FRESH_S }, h("summary", {}, P.room.setting), h("p", {}, info.setting)) : null,
          this.#talk.trouble, earlierTalk(keptTurns(this.#parts.memory)), this.#talk.list, h("footer", {}, this.#hint, h("div", { class: "say" }, this.training ? this.#hintButton() : null, this.#talk.composer))),
        h("div", { class: "side" }, panel("desk", this.#desk.element), panel("notes", this.#notes.element), panel("end", this.#form.element)), this.#banner, this.#veil));
  }

  #tabBar(): HTMLElement {
    const bar = h("nav", { class: "room-tabs", "aria-label": P.room.tabs });
    for (const tab of TABS) {
      const button = h("button", { type: "button", class: `tab ${tab}`, onclick: () => this.#show(tab) }, P.room[tab]);
      if (tab === "talk") button.append(h("i", { class: "dot", role: "img", "aria-label": P.room.answered }));
      this.#tabs.set(tab, button);
      bar.append(button);
    }
    return bar;
  }

  #show(tab: Tab): void {
    this.#tab = tab;
    this.element.dataset["tab"] = tab;
    for (const [name, button] of this.#tabs) {
      if (name === tab) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    if (tab === "talk") this.#tabs.get("talk")?.classList.remove("news");
    if (tab === "end") this.#form.element.querySelector("input")?.focus();
  }

  #hintButton(): HTMLElement {
    const button = h("button", { type: "button", class: "second ask-hint", onclick: () => void this.#attempt(button, async () => {
      const words = await this.#parts.client.hint(this.#parts.info.encounter);
      this.#hints += 1;
      this.#hint.hidden = false;
      this.#hint.replaceChildren(h("span", {}, P.room.hintIs(this.#hints, words)),
        h("button", { type: "button", class: "link", onclick: () => { this.#hint.hidden = true; this.#talk.composer.focus(); } }, P.room.hintClose));
      this.#talk.list.toEnd();  // the hint takes room from the newest answer
    }) }, P.room.askHint);
    return button;
  }

  #pauseButton(): HTMLElement {
    const button: HTMLButtonElement = h("button", { type: "button", class: "second pause", onclick: () => void this.#attempt(button, async () => {
      const running = this.#veil.hasAttribute("hidden");
      await (running ? this.#parts.client.pause(this.#parts.info.encounter) : this.#parts.client.resume(this.#parts.info.encounter));
      this.#paused(running);
    }) }, P.room.pause);
    return button;
  }

  #paused(yes: boolean): void {
    if (yes) this.#timer.pause();
    else this.#timer.resume();
    const button = this.element.querySelector<HTMLElement>(".pause");
    this.#veil.hidden = !yes;
    this.#veil.replaceChildren(h("p", {}, P.room.paused), h("button", { type: "button", class: "first", onclick: () => button?.click() }, P.room.resume));
    if (button) button.textContent = yes ? P.room.resume : P.room.pause;
    for (const one of this.element.querySelectorAll(".panel")) one.toggleAttribute("inert", yes);
    if (yes) this.#veil.querySelector("button")?.focus();
    else this.#talk.composer.focus();
    speak(this.#parts.live, [yes ? P.room.paused : P.room.resumed]);
  }

  /** One press at a time; what went wrong is said above the talk. */
  async #attempt(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
    button.disabled = true;
    try {
      await work();
      this.#tell("");
    } catch (error) {
      this.#tell(asProblem(error).title || P.failed);
    } finally {
      button.disabled = false;
    }
  }

  /** Words over the talk; what needs no answer goes by itself. */
  #tell(words: string, tone = "note", ...more: HTMLElement[]): void {
    clearTimeout(this.#fading);
    if (tone !== "lasting") this.#fading = setTimeout(() => this.#tell(""), SHOWN_MS);
    this.#banner.className = `banner ${tone}`;
    this.#banner.replaceChildren(...(words ? [h("span", {}, words), ...more] : []));
  }

  #warn(minutes: number): void { this.#tell(P.room.soon(minutes), "urgent"); }

  async #submit(ending: Ending): Promise<string> {
    if (!this.training && !await confirmed(this.element, { words: P.end.sure, yes: P.end.sureYes, no: P.cancel })) return "";
    return this.#send(ending);
  }

  /** Time is over: what stands in the form is what counts. */
  async #over(): Promise<void> {
    this.#tell(P.room.over, "lasting");
    for (const one of this.element.querySelectorAll(".panel")) one.toggleAttribute("inert", true);
    // at another device the same learner may be writing: what is empty does not come first
    if (isEmpty(this.#form.ending)) await new Promise((go) => setTimeout(go, AFTER_OTHERS_MS));
    if (!await this.#send(this.#form.ending)) return;
    this.#tell(P.room.overFailed, "lasting", h("button", { type: "button", class: "second", onclick: () => void this.#over() }, P.retry));
  }

  async #send(ending: Ending): Promise<string> {
    try {
      this.#parts.ended(await this.#parts.client.end(this.#parts.info.encounter, ending));
      return "";
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status !== 409) return problem.title || (problem.status === 0 ? P.offline : P.failed);
      this.#parts.ended(null);
      return "";
    }
  }
}
