/** A question before something that can't be taken back. */
import { h } from "../core/dom";

export interface Question { title?: string; words: string; yes: string; no: string }

/** Asks above `place`; closing it any other way is a no. */
export function confirmed(place: HTMLElement, { title, words, yes, no }: Question): Promise<boolean> {
  return new Promise((answer) => {
    const dialog = h("dialog", { class: "dialog", "aria-label": title ?? words, onclose: () => { answer(dialog.returnValue === "yes"); dialog.remove(); } },
      title ? h("h2", {}, title) : null, h("p", {}, words),
      h("div", { class: "row" }, h("button", { type: "button", class: "second", onclick: () => dialog.close("no") }, no),
        h("button", { type: "button", class: "first", onclick: () => dialog.close("yes") }, yes)));
    place.append(dialog);
    dialog.showModal();
  });
}
