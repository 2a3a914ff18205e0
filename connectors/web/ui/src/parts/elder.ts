/** 大字: 22 px instead of 16 px for everything, remembered on this device. */
import { h } from "../core/dom";
import type { Memory } from "../core/memory";
import { S } from "../strings";

const NAME = "elder";

export function elderButton(memory: Memory, told: (sentence: string) => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "quiet bigger" }, S.elder);
  const set = (on: boolean) => {
    document.documentElement.classList.toggle("elder", on);
    button.setAttribute("aria-pressed", String(on));
  };
  button.addEventListener("click", () => {
    const on = !document.documentElement.classList.contains("elder");
    set(on);
    if (on) memory.set(NAME, "1");
    else memory.remove(NAME);
    told(on ? S.elderOn : S.elderOff);
  });
  set(memory.get(NAME) === "1");
  return button;
}
