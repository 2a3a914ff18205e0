/** 在微信继续: a code to scan or to type, for as long as it is good. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { Transcript } from "../core/transcript";
import type { LinkOffer } from "../core/wire";
import { S } from "../strings";

export interface LinkDialog { element: HTMLDialogElement; open(): void; show(now: Transcript): void }

/** The browser's own modal dialog keeps the focus inside, closes on Esc and gives the focus back. */
export function linkDialog(ask: () => Promise<LinkOffer>): LinkDialog {
  const picture = h("img", { class: "qr", alt: S.link.picture, hidden: true });
  const told = h("p", { role: "status", "aria-live": "polite" });
  const typed = h("p", { class: "soft" });
  const again = h("button", { type: "button", class: "first", hidden: true, onclick: () => void fill() }, S.link.again);
  const close = h("button", { type: "button", class: "second", onclick: () => element.close() }, S.link.close);
  const element = h("dialog", { class: "dialog linking", "aria-labelledby": "link-title" },
    h("h2", { id: "link-title" }, S.link.title), told, picture, typed, h("div", { class: "row" }, again, close));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let notices = 0;
  let asked = 0;

  function say(words: string, offer?: LinkOffer): void {
    told.textContent = words;
    picture.hidden = !offer?.qr;
    if (offer?.qr) picture.src = offer.qr;
    else picture.removeAttribute("src");
    typed.textContent = offer?.typed ?? "";
  }

  function end(words: string, mayTryAgain: boolean): void {
    say(words);
    again.hidden = !mayTryAgain;
  }

  async function fill(): Promise<void> {
    const mine = ++asked;
    clearTimeout(timer);
    if (document.activeElement === again) close.focus();  // it goes, and the focus must not fall out of the dialog
    again.hidden = true;
    say(S.link.making);
    try {
      const offer = await ask();
      if (mine !== asked) return;
      say(offer.qr ? offer.words : "", offer);
      timer = setTimeout(() => end(S.link.over, true), offer.seconds * 1_000);  // not `until`: this device's clock may be wrong
    } catch (error) {
      const problem = asProblem(error);
      if (mine === asked) end(problem.title || S.link.failed, problem.passing);
    }
  }

  element.addEventListener("close", () => { asked += 1; clearTimeout(timer); say(""); });
  return {
    element,
    open() {
      if (element.open) return;
      element.showModal();
      void fill();
    },
    /** Consent was given elsewhere: the notice in the conversation says so, the code is of no more use. */
    show(now) {
      const count = now.messages.filter((message) => message.kind === "notice").length;
      if (count > notices && element.open) element.close();
      notices = count;
    },
  };
}
