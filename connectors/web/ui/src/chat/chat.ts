/** `<xl-chat>`: the patient's page. */
import { Announcer, NAMES, speak } from "../core/announcer";
import { h, icon, ICONS } from "../core/dom";
import { request } from "../core/http";
import type { Memory } from "../core/memory";
import type { Session } from "../core/session";
import type { Transcript } from "../core/transcript";
import type { ClinicInfo } from "../core/wire";
import { Composer } from "../parts/composer";
import { MessageList } from "../parts/message-list";
import { S } from "../strings";
import { makeHeader } from "./header";
import { linkDialog } from "./link-dialog";
import { makeChips, makeWelcome } from "./welcome";

export class ChatPage extends HTMLElement {
  readonly #announcer = new Announcer();
  readonly #live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
  readonly #hint = h("p", { class: "hint", hidden: true });
  readonly #list = new MessageList();
  readonly #composer = new Composer();

  begin(session: Session, memory: Memory): void {
    const say = (text: string) => session.say(text);
    const header = makeHeader(memory, (sentence) => speak(this.#live, [sentence]), () => session.wipe(), linkDialog(() => session.link()));
    const welcome = makeWelcome(say);
    const human = h("button", { type: "button", class: "human", onclick: () => { if (!this.#attended(session.transcript)) say(S.humanSay); } }, icon(ICONS.person), h("span", {}, S.human));
    this.#connect(session);
    this.#list.prepend(this.#hint, welcome);
    this.append(header.element, h("main", {}, this.#list),
      h("footer", {}, h("div", { class: "bar" }, human, makeChips(say)), this.#composer), this.#live);
    session.watch((now, before) => {
      header.show(now);
      this.#humanButton(human, now);
      this.#show(now, before, welcome);
    });
    header.show(session.transcript);
    void this.#clinic(header.clinic);
    void session.start();
  }

  #connect(session: Session): void {
    const on = <T>(from: EventTarget, name: string, act: (detail: T) => void) =>
      from.addEventListener(name, (event) => act((event as CustomEvent<T>).detail));
    on<{ text: string }>(this.#composer, "say", ({ text }) => session.say(text));
    on<{ button: string; label: string }>(this.#list, "press", ({ button, label }) => session.say(label, button));
    on<{ id: string }>(this.#list, "retry", ({ id }) => session.retry(id));
    on<{ id: string }>(this.#list, "discard", ({ id }) => session.discard(id));
  }

  #show(now: Transcript, before: Transcript, welcome: HTMLElement): void {
    const nurse = now.state.handoff?.nurse;
    this.#list.names = { ...NAMES, nurse: nurse ? `${S.nurse} ${nurse.replace(/^护士/, "")}` : S.nurse };
    welcome.hidden = !now.ready || now.messages.length + now.pending.length > 0;
    this.classList.toggle("started", welcome.hidden);
    this.#hint.hidden = !now.hint;
    this.#hint.textContent = now.hint;
    this.#list.show(now);
    speak(this.#live, this.#announcer.news(now, before));
  }

  #attended(now: Transcript): boolean { return now.state.handoff?.status === "accepted"; }

  /** Stays at its place in every state; with a nurse in the talk there is nobody else to call. */
  #humanButton(button: HTMLElement, now: Transcript): void {
    const attended = this.#attended(now);
    button.setAttribute("aria-disabled", String(attended));
    button.lastElementChild?.replaceChildren(attended ? S.humanBusy : S.human);
  }

  /** Without it the page works under its own name. */
  async #clinic(show: (info: ClinicInfo) => void): Promise<void> {
    try {
      show(await request<ClinicInfo>("GET", "/api/v1/clinic"));
    } catch {
      document.title = `${S.clinicFallback} · ${S.chatTitle}`;
    }
  }
}
