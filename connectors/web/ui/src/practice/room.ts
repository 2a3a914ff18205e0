/** The consulting room: the same messages and input as the patient's page, roles turned round. */
import { Announcer, NAMES, speak } from "../core/announcer";
import { h } from "../core/dom";
import type { Session } from "../core/session";
import { statusOf } from "../core/status";
import type { EncounterInfo } from "../core/wire";
import { Composer } from "../parts/composer";
import { MessageList } from "../parts/message-list";
import { S } from "../strings";

export function roomView(encounter: EncounterInfo, session: Session, live: HTMLElement, end: () => void, leave: () => void): HTMLElement {
  const list = new MessageList();
  list.names = { ...NAMES, patient: S.practice.doctor };
  const composer = new Composer();
  composer.setAttribute("hint", S.practice.hint);
  composer.setAttribute("label", S.practice.input);
  const trouble = h("p", { class: "hint", hidden: true });
  const announcer = new Announcer();
  composer.addEventListener("say", (event) => session.say((event as CustomEvent<{ text: string }>).detail.text));
  list.addEventListener("press", (event) => {
    const { button, label } = (event as CustomEvent<{ button: string; label: string }>).detail;
    session.say(label, button);
  });
  list.addEventListener("retry", (event) => session.retry((event as CustomEvent<{ id: string }>).detail.id));
  list.addEventListener("discard", (event) => session.discard((event as CustomEvent<{ id: string }>).detail.id));
  session.watch((now, before) => {
    const status = statusOf(now);
    trouble.hidden = status.tone !== "lost";
    trouble.textContent = [status.text, status.more].filter(Boolean).join(" ");
    list.show(now);
    speak(live, announcer.news(now, before));
  });
  return h("section", { class: "room" },
    h("header", { class: "room-head" }, h("div", {}, h("h2", {}, encounter.title), encounter.setting ? h("p", { class: "soft" }, `${S.practice.setting}：${encounter.setting}`) : null),
      h("div", { class: "row" }, h("button", { type: "button", class: "link", onclick: leave }, S.practice.leave),
        h("button", { type: "button", class: "first", onclick: end }, S.practice.end)), trouble),
    list, h("footer", {}, composer));
}
