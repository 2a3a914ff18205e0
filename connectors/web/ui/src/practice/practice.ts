/** `<xl-practice>`: choose a patient, talk, conclude, read the debrief. The address says where the learner is. */
import { speak } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import type { Memory } from "../core/memory";
import type { Debrief, EncounterInfo, EncounterState, Learner } from "../core/practice-wire";
import { D } from "../debrief/strings";
import { confirmed } from "../parts/confirm";
import { markCurrent } from "../parts/current";
import { elderButton } from "../parts/elder";
import { PracticeClient, type Begin } from "./client";
import { debriefPage } from "./debrief-page";
import { homeView } from "./home-view";
import { meView } from "./me-view";
import { Room } from "./room";
import { Shelf } from "./shelf";
import { P } from "./strings";

export class PracticePage extends HTMLElement {
  #memory!: Memory;
  #client!: PracticeClient;
  #shelf!: Shelf;
  #room: Room | null = null;
  /** Counts what was opened, so that a slow answer never covers a newer page. */
  #visit = 0;
  /** What the first page has to tell, until another page is opened. */
  #note = "";
  readonly #place = h("main", {});
  readonly #live = h("div", { class: "sr", role: "status", "aria-live": "polite" });

  /** `memory` is the practice's own, so that it never meets the patient's conversation. */
  begin(memory: Memory): void {
    this.#memory = memory;
    this.#client = new PracticeClient(memory);
    this.#shelf = new Shelf(memory);
    const link = (hash: string, name: string) => h("a", { class: "nav-link", href: hash, "data-page": hash }, name);
    this.append(h("header", { class: "desk-top" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, P.title),
      h("nav", { class: "page-nav", "aria-label": P.nav.label }, link("#", P.nav.home), link("#me", P.nav.me)), elderButton(memory, (sentence) => speak(this.#live, [sentence]))), this.#place, this.#live);
    addEventListener("hashchange", () => void this.#route());
    void this.#route();
  }

  async #route(): Promise<void> {
    const place = new URLSearchParams(location.hash.slice(1));
    const visit = ++this.#visit;
    this.#room?.stop();
    this.#room = null;
    const [room, debrief] = [place.get("room"), place.get("debrief")];
    this.classList.toggle("in-room", !!room);
    if (room || debrief || place.has("me")) this.#note = "";
    markCurrent(this.querySelectorAll<HTMLElement>(".nav-link"), room || debrief ? "" : place.has("me") ? "#me" : "#");
    this.#place.replaceChildren(h("p", { class: "nothing soft" }, P.loading));
    try {
      const entered = room ? await this.#enter(room) : null;
      if (room && !entered) return;
      const view = entered?.element ?? (debrief ? await this.#debrief(debrief) : place.has("me") ? await this.#me() : await this.#home());
      if (visit !== this.#visit) return;
      this.#place.replaceChildren(view);
      this.#place.scrollTop = 0;
      if (debrief) view.focus();
      this.#room = entered;
      void entered?.start();
    } catch (error) {
      if (visit === this.#visit) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { status, title } = asProblem(error);
    this.#place.replaceChildren(h("div", { class: "nothing" }, h("p", { role: "alert" }, title || (status === 0 ? P.offline : P.failed)),
      h("button", { type: "button", class: "first", onclick: () => void this.#route() }, P.retry)));
  }

  /** The same place once more is drawn anew. */
  #go(hash: string, note = ""): void {
    this.#note = note;
    if (location.hash === hash || (!location.hash && hash === "#")) void this.#route();
    else location.hash = hash;
  }

  async #learner(): Promise<Learner | null> {
    if (!this.#client.known) return null;
    try {
      return await this.#client.me();
    } catch (error) {
      if (![401, 403, 404].includes(asProblem(error).status)) throw error;
      this.#client.forget();
      return null;
    }
  }

  async #home(): Promise<HTMLElement> {
    const [cases, learner] = await Promise.all([this.#client.cases(), this.#learner()]);
    return homeView({ cases, learner, open: this.#shelf.open(), note: this.#note }, this.#memory, {
      begin: (what, minutes) => void this.#begin(what, minutes), again: (what) => void this.#open(() => this.#client.begin(what)), resume: (one) => this.#go(`#room=${one.encounter}`), drop: (one) => void this.#drop(one) });
  }

  async #me(): Promise<HTMLElement> {
    return meView(this.#client, await this.#learner(), this.#shelf.finished(), { joined: (note) => this.#go("#", note), leave: () => void this.#leave() });
  }

  /** A shared computer: nothing of this learner stays here, nor the secret by which the class knows who it is. */
  async #leave(): Promise<void> {
    if (!await confirmed(this, { words: P.me.leaveAsk, yes: P.me.leave, no: P.cancel })) return;
    this.#client.forget();
    this.#shelf.clear();
    this.#go("#", P.me.left);
  }

  async #begin(what: Begin, minutes: number): Promise<void> {
    const ask = { title: P.examAsk.title, words: P.examAsk.words(minutes), yes: P.examAsk.yes, no: P.cancel };
    if (what.mode === "exam" && !await confirmed(this, ask)) return;
    await this.#open(() => this.#client.begin(what));
  }

  /** Into a room that was just made; nothing happens twice while it is being made. */
  async #open(make: () => Promise<EncounterInfo>): Promise<void> {
    this.#place.toggleAttribute("inert", true);
    try {
      const info = await make();
      this.#shelf.begin(info);
      this.#go(`#room=${info.encounter}`);
    } catch (error) {
      const { status, title } = asProblem(error);
      this.#go("#", title || (status === 0 ? P.offline : P.failed));
    } finally {
      this.#place.toggleAttribute("inert", false);
    }
  }

  /** Null when the way leads elsewhere: it was ended, or is not known any more. */
  async #enter(id: string): Promise<Room | null> {
    const state = await this.#stateOf(id);
    if (state === "gone") return this.#gone(id);
    if (state?.ended) return this.#away(id);
    const info = this.#shelf.find(id) ?? (state?.conversation ? { ...state, conversation: state.conversation } : null);
    if (!info) return this.#away(id);
    this.#shelf.begin(info);
    return new Room({ info: { ...info, ...(state ? { ends_at: state.ends_at } : {}) }, state, memory: this.#shelf.of(id), client: this.#client, live: this.#live,
      leave: () => this.#go("#"), gone: () => this.#gone(id), ended: (debrief) => this.#ended(info, debrief) });
  }

  #gone(id: string): null {
    this.#shelf.drop(id);
    this.#go("#", P.gone);
    return null;
  }

  /** An encounter that is not open on this device: its debrief, if there is one. */
  #away(id: string): null {
    this.#shelf.drop(id);
    this.#go(`#debrief=${id}`);
    return null;
  }

  /** Null when the line is down: the room opens all the same and catches up. */
  async #stateOf(id: string): Promise<EncounterState | "gone" | null> {
    try {
      return await this.#client.state(id);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.passing) return null;
      if ([404, 410].includes(problem.status)) return "gone";
      throw error;
    }
  }

  #ended(info: EncounterInfo, debrief: Debrief | null): void {
    const id = info.encounter;
    if (debrief) this.#shelf.finish({ encounter: id, case: "", title: info.title, total: debrief.total, max: debrief.max, passed: debrief.passed, ended_at: new Date().toISOString() });
    else this.#shelf.drop(id);
    if (debrief) speak(this.#live, [`${D.score} ${debrief.total} / ${debrief.max}`]);
    this.#go(`#debrief=${id}`);
  }

  async #drop(one: EncounterInfo): Promise<void> {
    if (!await confirmed(this, { words: P.going.dropAsk, yes: P.going.dropYes, no: P.cancel })) return;
    this.#shelf.drop(one.encounter);
    this.#go("#");
  }

  async #debrief(id: string): Promise<HTMLElement> {
    const sheet = await this.#client.sheet(id);
    const state = await this.#stateOf(id);
    return debriefPage({ id, sheet, mode: state && state !== "gone" ? state.mode : "exam", client: this.#client, shelf: this.#shelf,
      again: () => this.#go("#"), open: (make) => void this.#open(make) });
  }
}
