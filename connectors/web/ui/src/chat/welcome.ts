/** First screen of an empty conversation, and the row of usual wishes afterwards. */
import { h, icon, ICONS } from "../core/dom";
import { S } from "../strings";

export function makeWelcome(say: (text: string) => void): HTMLElement {
  const tiles = S.chips.map((chip) => h("button", { type: "button", class: "tile", onclick: () => say(chip.say) },
    icon(ICONS[chip.icon]), h("strong", {}, chip.label), h("span", {}, chip.more)));
  return h("section", { class: "welcome" }, h("h2", {}, S.welcome.title), h("p", {}, S.welcome.lead),
    h("div", { class: "tiles" }, ...tiles), h("p", { class: "honest" }, icon(ICONS.alert), h("span", {}, S.welcome.honest)));
}

/** 转人工 is a button of its own beside the row, at the same place in every state. */
export function makeChips(say: (text: string) => void): HTMLElement {
  const usual = S.chips.filter((chip) => chip.say !== S.humanSay);
  return h("div", { class: "chips", role: "group", "aria-label": S.quick }, ...usual.map((chip) =>
    h("button", { type: "button", class: "chip", onclick: () => say(chip.say) }, chip.label)));
}
