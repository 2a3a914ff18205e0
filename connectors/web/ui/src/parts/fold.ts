/** Long lists begin short: the rest comes at a press, and the first new row takes the focus. */
import { h } from "../core/dom";

/** The button that shows what lies beyond the first `shown` children of `list`; null when that is all. */
export function fold(list: HTMLElement, shown: number, words: string): HTMLElement | null {
  const rest = ([...list.children] as HTMLElement[]).slice(shown);
  if (!rest.length) return null;
  for (const one of rest) one.hidden = true;
  const more = h("button", { type: "button", class: "second more", onclick: () => {
    for (const one of rest) one.hidden = false;
    rest[0]!.tabIndex = -1;
    rest[0]!.focus();
    more.remove();
  } }, words);
  return more;
}
