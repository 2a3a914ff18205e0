/** `<xl-practice>`: choose a patient, talk, conclude, read the debrief. */
import { speak } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { asProblem, request } from "../core/http";
import type { Memory } from "../core/memory";
import { OfflineQueue } from "../core/queue";
import { Session } from "../core/session";
import type { CaseInfo, Debrief, EncounterInfo } from "../core/wire";
import { S } from "../strings";
import { casesView } from "./cases-view";
import { debriefView } from "./debrief-view";
import { endForm, type Conclusion } from "./end-form";
import { roomView } from "./room";

const ENCOUNTER = "encounter";
const ROOT = "/api/v1/practice";

export class PracticePage extends HTMLElement {
  #memory!: Memory;
  #session: Session | null = null;
  readonly #place = h("main", {});
  readonly #live = h("div", { class: "sr", role: "status", "aria-live": "polite" });

  /** `memory` is the practice's own, so that it never meets the patient's conversation. */
  begin(memory: Memory): void {
    this.#memory = memory;
    this.append(h("header", { class: "desk-top" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, S.practice.title)), this.#place, this.#live);
    const kept = this.#kept();
    if (kept) this.#enter(kept);
    else void this.#cases("");
  }

  #kept(): EncounterInfo | null {
    try {
      const kept = JSON.parse(this.#memory.get(ENCOUNTER) ?? "null") as EncounterInfo | null;
      return kept?.encounter && kept.conversation ? kept : null;
    } catch {
      return null;  // written by an older page
    }
  }

  async #cases(note: string): Promise<void> {
    this.#forget();
    this.#place.replaceChildren(h("p", { class: "nothing soft" }, S.practice.loading));
    try {
      const { cases } = await request<{ cases: CaseInfo[] }>("GET", `${ROOT}/cases`);
      this.#place.replaceChildren(casesView(cases, note, (one) => void this.#start(one)));
    } catch (error) {
      this.#place.replaceChildren(h("div", { class: "nothing" }, h("p", {}, asProblem(error).title || S.practice.failed),
        h("button", { type: "button", class: "first", onclick: () => void this.#cases(note) }, S.send.retry)));
    }
  }

  async #start(one: CaseInfo): Promise<void> {
    try {
      const encounter = await request<EncounterInfo>("POST", `${ROOT}/encounters`, { case: one.id });
      this.#memory.set(ENCOUNTER, JSON.stringify(encounter));
      this.#memory.set("conversation", encounter.conversation);
      this.#enter(encounter);
    } catch (error) {
      await this.#cases(asProblem(error).title || S.practice.failed);
    }
  }

  #enter(encounter: EncounterInfo): void {
    const session = new Session({ memory: this.#memory, queue: new OfflineQueue(this.#memory), onGone: () => void this.#cases(S.practice.gone) });
    this.#session = session;
    const dialog = endForm((conclusion) => this.#end(encounter, conclusion));
    const room = roomView(encounter, session, this.#live, () => dialog.showModal(), () => void this.#cases(""));
    this.#place.replaceChildren(room, dialog);
    void session.start();
    room.querySelector<HTMLElement>("xl-composer")?.focus();
  }

  /** What went wrong, or "" when the debrief is on the page. */
  async #end(encounter: EncounterInfo, conclusion: Conclusion): Promise<string> {
    try {
      const { debrief } = await request<{ debrief: Debrief }>("POST", `${ROOT}/encounters/${encodeURIComponent(encounter.encounter)}/end`, conclusion);
      this.#forget();
      const view = debriefView(debrief, () => void this.#cases(""));
      this.#place.replaceChildren(view);
      view.focus();
      speak(this.#live, [`${S.practice.score} ${debrief.total} / ${debrief.max}`]);
      return "";
    } catch (error) {
      return asProblem(error).title || S.practice.failed;
    }
  }

  #forget(): void {
    this.#session?.stop();
    this.#session = null;
    this.#memory.remove(ENCOUNTER, "conversation", "queue");
  }
}
