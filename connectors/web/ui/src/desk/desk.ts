/** `<xl-desk>`: the nurses' page. */
import { speak } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import type { Memory } from "../core/memory";
import { EventStream, type Link } from "../core/stream";
import type { ServerEvent } from "../core/sse";
import type { Handoff, Message } from "../core/wire";
import { S } from "../strings";
import * as client from "./desk-client";
import { AlertBar } from "./alert";
import { Answers } from "./answers";
import { HandoffList } from "./handoff-list";
import { HandoffView } from "./handoff-view";
import { enteredFromAddress, keyFromAddress, loginView } from "./login";
import { MediaStrip } from "./media-strip";
import { OrderForm } from "./order-form";
import { EMPTY_ROSTER, grouped, newcomers, titleOf, withHandoff, withList, withMessages, type Roster } from "./roster";

const NURSE = "desk.nurse";

export class DeskPage extends HTMLElement {
  #memory!: Memory;
  #nurse = "";
  #roster: Roster = EMPTY_ROSTER;
  #chosen: string | null = null;
  #wanted = "";  // the handoff of the link that led here
  #stream: EventStream | null = null;
  #loaded = false;
  readonly #live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
  readonly #alert = new AlertBar();
  readonly #answers = new Answers(() => this.#show(), (id, message) => {
    this.#change(withMessages(this.#roster, id, [message]));
    speak(this.#live, [S.send.sent]);
  });
  readonly #link = h("span", { class: "link-state" });
  readonly #count = h("span", { class: "count-badge" });
  readonly #list = new HandoffList((id) => void this.#choose(id));
  readonly #nothing = h("p", { class: "nothing soft" }, S.desk.choose);
  readonly #media = new MediaStrip(client.media, client.mediumAddress);
  readonly #order = new OrderForm(async (text, orderId, keep) => await client.order(this.#chosen ?? "", text, orderId, keep));
  readonly #view = new HandoffView({
    accept: () => void this.#accept(), answer: (text) => { if (this.#chosen) this.#answers.say(this.#chosen, text); },
    retry: (id) => void this.#answers.send(id), discard: (id) => this.#answers.discard(id),
    close: (note) => void this.#close(note), order: () => this.#order.open(), back: () => { this.#chosen = null; this.#show(); },
  }, this.#media.element);

  async begin(memory: Memory): Promise<void> {
    this.#memory = memory;
    const key = keyFromAddress(location, history);
    const { handoff, nurse } = enteredFromAddress(location, history);
    this.#wanted = handoff;
    if (nurse) memory.set(NURSE, nurse);
    setInterval(() => this.#list.tick(Date.now()), 1_000);
    this.#nurse = nurse || (memory.get(NURSE) ?? "");
    if (key || !this.#nurse || !await this.#reload()) this.#askLogin(key, "");
    else this.#enter();
  }

  #askLogin(key: string, why: string): void {
    this.#stream?.stop();
    this.#stream = null;
    this.replaceChildren(loginView(key, this.#nurse, why, (nurse) => {
      this.#nurse = nurse;
      this.#memory.set(NURSE, nurse);
      this.#enter();
    }));
    this.querySelector<HTMLInputElement>(key ? 'input[type="text"]' : 'input[type="password"]')?.focus();
  }

  #enter(): void {
    this.replaceChildren(
      h("header", { class: "desk-top" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, S.desk.title), this.#count,
        this.#link, h("span", { class: "nurse-name" }, icon(ICONS.person), this.#nurse)),
      this.#alert.element, h("div", { class: "desk-body" }, this.#list.element, h("main", {}, this.#nothing, this.#view.element)), this.#order.element, this.#live);
    this.#show();
    this.#stream = new EventStream({ url: () => client.DESK_EVENTS, onEvent: (event) => this.#receive(event),
      onLink: (link) => this.#linked(link), onRefused: () => this.#askLogin("", S.desk.logout) });
    this.#stream.start();
    void this.#openWanted();
  }

  /** Once: whoever has to log in again later goes on where she was. */
  async #openWanted(): Promise<void> {
    const id = this.#wanted;
    this.#wanted = "";
    if (id && (this.#loaded || await this.#reload())) await this.#choose(id);
  }

  /** Everything is read again at each connect: what happened while the line was down is in it. */
  #linked(link: Link): void {
    this.#link.textContent = link === "live" ? S.desk.live : S.desk.lost;
    this.#link.dataset["link"] = link;
    if (link !== "live") return;
    void this.#reload();
    if (this.#chosen) void this.#choose(this.#chosen);
  }

  async #reload(): Promise<boolean> {
    try {
      const list = await client.list();  // awaited first: what else arrives meanwhile must not be undone
      this.#change(withList(this.#roster, list));
      this.#loaded = true;
      return true;
    } catch (error) {
      return asProblem(error).status !== 401 && asProblem(error).status !== 403;
    }
  }

  #receive(event: ServerEvent): void {
    if (event.event !== "handoff" && event.event !== "message") return;
    const data = JSON.parse(event.data) as unknown;
    if (event.event === "handoff") return this.#change(withHandoff(this.#roster, data as Handoff));
    const { handoff, message } = data as { handoff: string; message: Message };
    this.#answers.echoed(message.client_id);
    this.#change(withMessages(this.#roster, handoff, [message]));
    if (handoff !== this.#chosen || message.author !== "patient") return;
    speak(this.#live, [S.said(S.patient, message.text)]);
    void this.#media.follow(handoff);
  }

  #change(next: Roster): void {
    const fresh = this.#loaded ? newcomers(next, this.#roster) : [];
    this.#roster = next;
    const first = fresh[0];
    if (first) this.#alert.newcomer(first, () => void this.#choose(first.id));
    this.#show();
  }

  #show(): void {
    const groups = grouped(this.#roster, this.#nurse);
    this.#alert.settle(groups.waiting);
    document.title = titleOf(groups.waiting.length, S.desk.title);
    this.#count.textContent = groups.waiting.length ? S.desk.count(groups.waiting.length) : "";
    const chosen = this.#chosen ? this.#roster.handoffs.get(this.#chosen) : undefined;
    if (!chosen) this.#chosen = null;
    if (!chosen) void this.#media.follow(null);
    this.#list.show(groups, this.#chosen);
    this.classList.toggle("open", !!chosen);
    this.#nothing.hidden = !!chosen;
    this.#view.element.hidden = !chosen;
    if (!chosen) return;
    this.#view.show(chosen, this.#roster.messages.get(chosen.id) ?? [], this.#answers.of(chosen.id), this.#nurse);
  }

  async #choose(id: string): Promise<void> {
    this.#chosen = id;
    this.#alert.seen(id);
    this.#show();
    void this.#media.follow(id);
    await this.#attempt(async () => {
      const { handoff, messages } = await client.open(id);
      this.#change(withMessages(withHandoff(this.#roster, handoff), id, messages));
    });
  }

  async #accept(): Promise<void> {
    const id = this.#chosen;
    if (!id) return;
    try {
      const taken = await client.accept(id);
      this.#change(withHandoff(this.#roster, taken));
      this.querySelector<HTMLElement>("xl-composer")?.focus();
    } catch (error) {
      if (asProblem(error).status !== 409) return this.#failed(error);
      await this.#reload();
      this.#alert.tell(S.desk.takenBy(this.#roster.handoffs.get(id)?.nurse ?? S.desk.another));
    }
  }

  async #close(note: string): Promise<void> {
    const id = this.#chosen;
    if (!id) return;
    await this.#attempt(async () => {
      const ended = await client.close(id, note);
      this.#change(withHandoff(this.#roster, ended));
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = asProblem(error);
    if (problem.status === 401) this.#askLogin("", S.desk.logout);
    else this.#alert.tell(problem.title || S.desk.failed);
  }
}
