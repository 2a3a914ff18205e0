/** Encounters of a class, looked up again every five seconds: the list on the left, one of them on the right. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import * as client from "./client";
import { EncounterList } from "./encounter-list";
import { EncounterView } from "./encounter-view";
import { T } from "./strings";

const EVERY_MS = 5_000;

export class TalksView {
  readonly element: HTMLElement;
  readonly classId: string;
  readonly #asked: (error: unknown) => boolean;
  readonly #list = new EncounterList((id) => { location.hash = `#talks=${id}`; });
  readonly #nothing = h("p", { class: "nothing soft" }, T.talks.choose);
  readonly #state = h("p", { class: "link-state", role: "status" }, T.talks.live);
  readonly #view: EncounterView;
  #chosen: string | null = null;
  #beat: ReturnType<typeof setTimeout> | undefined;
  #running = true;

  /** `asked`: deals with a login that has run out; true when it did. */
  constructor(classId: string, asked: (error: unknown) => boolean) {
    this.classId = classId;
    this.#asked = asked;
    this.#view = new EncounterView({
      back: () => { location.hash = "#talks"; },
      blind: (id) => client.blind(id),
      mark: async (marks) => { await client.mark(this.#chosen ?? "", marks); },
      refresh: () => this.#read(),
      change: async (change) => { await client.override(this.#chosen ?? "", change); await this.#look(); },
    });
    this.element = h("div", { class: "desk-body talks" }, h("div", { class: "talks-list" }, this.#state, this.#list.element), h("div", { class: "talks-one" }, this.#nothing, this.#view.element));
  }

  async start(chosen: string | null): Promise<void> {
    this.#chosen = chosen;
    await this.#look();
    this.#again();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#beat);
  }

  open(id: string | null): void {
    this.#chosen = id;
    this.#arranged();
    this.#look().catch((error: unknown) => this.#trouble(error));
  }

  /** The next look begins when the last one is over, and none while nobody sees the page. */
  #again(): void {
    this.#beat = setTimeout(() => {
      const look = document.visibilityState === "hidden" ? Promise.resolve() : this.#look();
      void look.catch((error: unknown) => this.#trouble(error)).finally(() => { if (this.#running) this.#again(); });
    }, EVERY_MS);
  }

  async #look(): Promise<void> {
    const all = await client.encounters(this.classId);
    this.#list.show(all, this.#chosen, Date.now());
    await this.#read();
    this.#link(true);
  }

  async #read(): Promise<void> {
    const id = this.#chosen;
    this.#arranged();
    if (!id) return;
    const one = await client.encounter(id);
    if (this.#chosen === id) this.#view.show(one);
  }

  #arranged(): void {
    this.element.classList.toggle("open", !!this.#chosen);
    this.#nothing.hidden = !!this.#chosen;
    this.#view.element.hidden = !this.#chosen;
  }

  #trouble(error: unknown): void {
    if (!this.#asked(error)) this.#link(false, asProblem(error).title);
  }

  #link(live: boolean, why = ""): void {
    const words = live ? T.talks.live : why || T.talks.lost;
    if (this.#state.textContent !== words) this.#state.textContent = words;
    this.#state.dataset["link"] = live ? "live" : "lost";
  }
}
