/** What the patient of a handoff sent beside words. A picture is loaded when asked for: each look is written down. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import { clockOf } from "../core/time";
import type { Medium } from "../core/wire";
import { S } from "../strings";

const LOOK_AGAIN_MS = 10_000;

export class MediaStrip {
  readonly element = h("section", { class: "media", "aria-label": S.desk.media.title, hidden: true });
  readonly #list: (handoff: string) => Promise<Medium[]>;
  readonly #address: (medium: string) => string;
  #handoff: string | null = null;
  #shown = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(list: (handoff: string) => Promise<Medium[]>, address: (medium: string) => string) {
    this.#list = list;
    this.#address = address;
  }

  /** Of another handoff nothing is left to be seen. */
  async follow(handoff: string | null): Promise<void> {
    clearTimeout(this.#timer);
    if (handoff !== this.#handoff) this.#show([]);
    this.#handoff = handoff;
    if (!handoff) return;
    try {
      const found = await this.#list(handoff);
      if (handoff === this.#handoff) this.#show(found);
    } catch (error) {
      if (asProblem(error).passing) this.#again(handoff);  // the desk itself tells when the line is down
    }
  }

  #show(found: readonly Medium[]): void {
    const shape = found.map((one) => one.id + one.status).join();
    if (shape !== this.#shown) this.element.replaceChildren(...found.map((one) => this.#view(one)));
    this.#shown = shape;
    this.element.hidden = !found.length;
    if (this.#handoff && found.some((one) => one.status === "pending")) this.#again(this.#handoff);
  }

  #again(handoff: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { if (handoff === this.#handoff) void this.follow(handoff); }, LOOK_AGAIN_MS);
  }

  #view(one: Medium): HTMLElement {
    const name = `${S.desk.media.kinds[one.kind] ?? S.desk.media.kinds["file"]} ${clockOf(one.at)}`;
    if (one.status !== "stored") return h("p", { class: "soft" }, `${name}：${S.desk.media.status[one.status]}`);
    const file = h("a", { class: "link", href: this.#address(one.id), download: true }, S.desk.media.save(name));
    if (!one.type?.startsWith("image/")) return h("p", {}, file);
    const look = h("button", { type: "button", class: "second", onclick: () => {
      const picture = h("img", { alt: name });
      picture.addEventListener("error", () => picture.replaceWith(h("span", { class: "error" }, S.desk.media.failed)));
      picture.src = this.#address(one.id);
      look.replaceWith(picture);
    } }, S.desk.media.look(name));
    return h("p", {}, look, file);
  }
}
