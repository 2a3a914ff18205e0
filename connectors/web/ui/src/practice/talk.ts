/** The conversation in the consulting room: the same messages and input as the patient's page, roles turned round. */
import { Announcer, NAMES, speak } from "../core/announcer";
import { h } from "../core/dom";
import type { Session } from "../core/session";
import { statusOf } from "../core/status";
import type { SpokenTurn } from "../core/practice-wire";
import { TranscriptView } from "../debrief/transcript-view";
import { Composer } from "../parts/composer";
import { MessageList } from "../parts/message-list";
import { P } from "./strings";

export interface Talk { list: MessageList; composer: Composer; trouble: HTMLElement }

/** `answered` is told when the patient has said something new. */
export function talkView(session: Session, live: HTMLElement, answered: () => void): Talk {
  const list = new MessageList();
  list.names = { ...NAMES, patient: P.room.doctor };
  const composer = new Composer();
  composer.setAttribute("hint", P.room.hint);
  composer.setAttribute("label", P.room.input);
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
    if (before.ready && now.messages.length > before.messages.length && now.messages.at(-1)?.author !== "patient") answered();
    speak(live, announcer.news(now, before));
  });
  return { list, composer, trouble };
}

/** What was said before, where a learner practises again from a turn. */
export function earlierTalk(turns: readonly SpokenTurn[]): HTMLElement | null {
  if (!turns.length) return null;
  const talk = new TranscriptView({});
  talk.show(turns);
  return h("details", { class: "setting earlier" }, h("summary", {}, P.room.earlier(turns.length)), talk.element);
}
