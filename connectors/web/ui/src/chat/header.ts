/** The top of the patient's page: whose it is, who answers now, and 120 always in reach. */
import { h, icon, ICONS } from "../core/dom";
import type { Memory } from "../core/memory";
import { statusOf } from "../core/status";
import type { Transcript } from "../core/transcript";
import type { ClinicInfo } from "../core/wire";
import { elderButton } from "../parts/elder";
import type { LinkDialog } from "./link-dialog";
import { S } from "../strings";

export interface Header { element: HTMLElement; show(transcript: Transcript): void; clinic(info: ClinicInfo): void }

export function makeHeader(memory: Memory, told: (sentence: string) => void, wipe: () => void, linking: LinkDialog): Header {
  const name = h("h1", {}, S.clinicFallback);
  const text = h("span", { class: "status-text" });
  const more = h("span", { class: "status-more" });
  const status = h("p", { class: "status", "data-tone": "calm" }, h("i", { class: "dot" }), text, more);
  const menu = makeMenu(wipe);
  const link = h("button", { type: "button", class: "quiet bigger continue", hidden: true, onclick: () => linking.open() }, icon(ICONS.phonebox), S.link.open);
  const element = h("header", { class: "top" },
    h("div", { class: "who" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("div", { class: "names" }, name, status)),
    h("div", { class: "tools" }, link, elderButton(memory, told),
      h("a", { class: "emergency", href: "tel:120" }, icon(ICONS.phone), S.emergency), menu.element), linking.element);
  return {
    element,
    show(transcript) {
      linking.show(transcript);
      const now = statusOf(transcript);
      status.dataset["tone"] = now.tone;
      text.textContent = now.text;
      more.textContent = now.more;
      element.classList.toggle("alarmed", transcript.messages.slice(-6).some((message) => message.kind === "red_flag"));
    },
    clinic(info) {
      name.textContent = info.name;
      document.title = `${info.name} · ${S.chatTitle}`;
      menu.phone(info.phone);
      link.hidden = info.wechat !== true;
    },
  };
}

function makeMenu(wipe: () => void): { element: HTMLElement; phone(number: string): void } {
  const question = wipeDialog(wipe);
  const phone = h("a", { class: "item", hidden: true });
  const summary = h("summary", { class: "quiet more", "aria-label": S.menu }, icon(ICONS.more));
  const menu = h("details", { class: "menu" }, summary, h("div", { class: "sheet" }, phone,
    h("button", { type: "button", class: "item", onclick: () => { menu.open = false; question.showModal(); } }, S.wipe)));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    summary.focus();
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target as Node)) menu.open = false; });
  return {
    element: h("div", { class: "menu-place" }, menu, question),
    phone(number) {
      if (!number) return;
      phone.hidden = false;
      phone.textContent = S.callClinic(number);
      phone.setAttribute("href", `tel:${number.replace(/[^\d+]/g, "")}`);
    },
  };
}

function wipeDialog(wipe: () => void): HTMLDialogElement {
  const dialog = h("dialog", { class: "dialog" }, h("p", {}, S.wipeAsk), h("div", { class: "row" },
    h("button", { type: "button", class: "second", onclick: () => dialog.close() }, S.cancel),
    h("button", { type: "button", class: "danger", onclick: () => { dialog.close(); wipe(); } }, S.wipeYes)));
  return dialog;
}
