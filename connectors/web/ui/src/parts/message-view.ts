/** One message as an element. Words only ever become text nodes. */
import { h, icon, ICONS } from "../core/dom";
import { clockOf } from "../core/time";
import type { Message, Source } from "../core/wire";
import { S } from "../strings";

export type Names = Record<Message["author"], string>;
/** Lines a person in danger may need; only these ever become links. */
const HELP_LINES = ["120", "12356"];

export function messageView(message: Message, names: Names, own: Message["author"]): HTMLLIElement {
  const side = message.author === own ? "own" : "other";
  const body = h("div", { class: "bubble" }, heading(message), h("div", { class: "words" }, ...words(message)),
    picture(message), calls(message), message.sources.length ? sourceList(message) : null, buttonRow(message));
  return h("li", { class: `message ${side} ${message.author} ${message.kind}`, "data-seq": String(message.seq) },
    byline(message, names), body, deliveryLine(message, side));
}

/** Of her own words a nurse always sees it; of others' only when they have not arrived. */
function deliveryLine({ delivery }: Message, side: "own" | "other"): HTMLElement | null {
  if (!delivery || (side === "other" && (delivery === "sent" || delivery === "sending"))) return null;
  return h("p", { class: `delivery ${delivery}` }, S.delivery[delivery]);
}

function byline(message: Message, names: Names): HTMLElement {
  const mark = message.kind === "generated" ? S.aiMark : S.robotMark;
  return h("div", { class: "byline" }, h("span", { class: "author" }, names[message.author]),
    message.author === "bot" ? h("span", { class: "ai" }, mark) : null,
    h("time", { datetime: message.at }, clockOf(message.at)));
}

function heading(message: Message): HTMLElement | null {
  if (message.kind === "red_flag") return h("p", { class: "heading" }, icon(ICONS.alert), S.redFlag);
  if (message.kind === "reminder") return h("p", { class: "heading" }, icon(ICONS.bell), S.reminder);
  return message.kind === "debrief" ? h("p", { class: "heading" }, icon(ICONS.list), S.debrief) : null;
}

/** "[1]" in the text opens source 1 of this message. */
function words(message: Message): (string | Node)[] {
  const known = new Map(message.sources.map((source) => [String(source.n), source]));
  return message.text.split(/(\[\d{1,2}\])/).map((part) => {
    const source = known.get(part.slice(1, -1));
    if (!source || !/^\[\d+\]$/.test(part)) return part;
    return h("button", { type: "button", class: "cite", "aria-label": S.sourceLink(source.n), onclick: openSource(source) }, part);
  });
}

function openSource(source: Source): (event: Event) => void {
  return (event) => {
    const bubble = (event.currentTarget as HTMLElement).closest(".bubble");
    const details = bubble?.querySelector<HTMLDetailsElement>(`details[data-n="${Number(source.n)}"]`);
    if (!details) return;
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    details.querySelector("summary")?.focus();
  };
}

function sourceList(message: Message): HTMLElement {
  return h("div", { class: "sources" }, h("p", { class: "sources-title" }, S.sources(message.sources.length)),
    ...message.sources.map((source) => h("details", { "data-n": String(source.n) },
      h("summary", {}, h("span", { class: "number" }, `[${source.n}]`), h("span", {}, source.title)),
      h("p", { class: "published" }, [source.publisher, source.reviewed && S.reviewed(source.reviewed)].filter(Boolean).join(" · ")),
      source.excerpt ? h("blockquote", {}, source.excerpt) : null)));
}

/** Opens large in a page of its own; what it shows stands in the words as well. */
function picture(message: Message): HTMLElement | null {
  if (!message.picture?.startsWith("/api/v1/")) return null;
  return h("a", { class: "picture", href: message.picture.replace(/\.png$/, ""), target: "_blank", rel: "noopener", "aria-label": S.openPicture },
    h("img", { src: message.picture, alt: "", loading: "lazy", width: "750" }));
}

function calls(message: Message): HTMLElement | null {
  if (message.kind !== "red_flag") return null;
  const numbers = HELP_LINES.filter((number) => number === "120" || message.text.split(/\D+/).includes(number));
  return h("div", { class: "calls" }, ...numbers.map((number) =>
    h("a", { class: "call", href: `tel:${number}` }, icon(ICONS.phone), S.call(number))));
}

function buttonRow(message: Message): HTMLElement | null {
  if (!message.buttons.length) return null;
  return h("div", { class: "buttons", role: "group", "aria-label": S.options }, ...message.buttons.map((button) =>
    h("button", { type: "button", class: "reply", "data-button": button.id }, button.label)));
}
