/** `<xl-teacher>`: classes, encounters, agreement, item analysis. The address says where the teacher is. */
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import type { Memory } from "../core/memory";
import type { CaseInfo, ClassInfo } from "../core/practice-wire";
import { markCurrent } from "../parts/current";
import { elderButton } from "../parts/elder";
import { speak } from "../core/announcer";
import { fromAddress, keyLogin } from "../parts/key-login";
import { classView, newClassForm } from "./class-view";
import * as client from "./client";
import { itemsView } from "./items-view";
import { kappaView } from "./kappa-view";
import { T } from "./strings";
import { TalksView } from "./talks-view";

const [NAME, CLASS, CASE] = ["teacher.name", "teacher.class", "teacher.case"];
const PAGES = ["class", "talks", "kappa", "items"] as const;
type Page = (typeof PAGES)[number];

export class TeacherPage extends HTMLElement {
  #memory!: Memory;
  #classes: ClassInfo[] = [];
  #cases: CaseInfo[] = [];
  #talks: TalksView | null = null;
  #visit = 0;
  #note = "";
  readonly #live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
  readonly #place = h("main", {});
  readonly #pick = h("select", { "aria-label": T.class.choose, onchange: () => { this.#memory.set(CLASS, this.#pick.value); void this.#route(); } });

  async begin(memory: Memory): Promise<void> {
    this.#memory = memory;
    const { key } = fromAddress(location, history, "key");
    addEventListener("hashchange", () => { if (this.#place.isConnected) void this.#route(); });
    if (key || !memory.get(NAME)) this.#askLogin(key, "");
    else await this.#enter();
  }

  #askLogin(key: string, why: string): void {
    this.#talks?.stop();
    this.#talks = null;
    this.replaceChildren(keyLogin({ words: T.login, key, name: this.#memory.get(NAME) ?? "", why, login: client.login, entered: (name) => {
      this.#memory.set(NAME, name);
      void this.#enter();
    } }));
    this.querySelector<HTMLInputElement>(key ? 'input[type="text"]' : 'input[type="password"]')?.focus();
  }

  async #enter(): Promise<void> {
    const link = (page: Page) => h("a", { class: "nav-link", href: `#${page}`, "data-page": page }, T.nav[page]);
    this.replaceChildren(h("header", { class: "desk-top teacher-top" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, T.title), this.#pick,
      h("nav", { class: "page-nav", "aria-label": T.nav.label }, ...PAGES.map(link)), elderButton(this.#memory, (sentence) => speak(this.#live, [sentence])),
      h("span", { class: "nurse-name" }, icon(ICONS.person), this.#memory.get(NAME)), h("button", { type: "button", class: "link", onclick: () => void this.#leave() }, T.logout)), this.#place, this.#live);
    try {
      [this.#classes, this.#cases] = await Promise.all([client.classes(), client.cases()]);
      await this.#route();
    } catch (error) {
      this.#failed(error, () => void this.#enter());
    }
  }

  async #leave(): Promise<void> {
    try {
      await client.logout();
    } catch (error) {
      return this.#failed(error, () => void this.#route());
    }
    this.#memory.remove(NAME);
    this.#askLogin("", "");
  }

  /** The class in work: the one chosen last, else the first. */
  get #class(): ClassInfo | undefined { return this.#classes.find((one) => one.id === this.#memory.get(CLASS)) ?? this.#classes[0]; }

  async #route(): Promise<void> {
    const visit = ++this.#visit;
    const given = new URLSearchParams(location.hash.slice(1));
    const page = PAGES.find((one) => given.has(one)) ?? "class";
    if (page === "talks" && this.#talks && this.#talks.classId === this.#class?.id) return this.#talks.open(given.get("talks") || null);
    this.#talks?.stop();
    this.#talks = null;
    this.#header(page);
    this.#place.replaceChildren(h("p", { class: "nothing soft" }, T.loading));
    try {
      const view = await this.#view(page, given.get(page) || null);
      if (visit !== this.#visit) return;
      this.#place.replaceChildren(...view);
      this.#place.scrollTop = 0;
    } catch (error) {
      if (visit === this.#visit) this.#failed(error, () => void this.#route());
    }
  }

  #header(page: Page): void {
    this.dataset["page"] = page;
    markCurrent(this.querySelectorAll<HTMLElement>(".nav-link"), page);
    this.#pick.replaceChildren(...this.#classes.map((one) => h("option", { value: one.id, selected: one.id === this.#class?.id }, one.name)));
    this.#pick.hidden = !this.#classes.length;
  }

  async #view(page: Page, chosen: string | null): Promise<HTMLElement[]> {
    const current = this.#class;
    if (!current) return [h("div", { class: "pane" }, newClassForm((name) => this.#make(name), true))];
    if (page === "class") return [await this.#classPane(current)];
    if (page === "talks") {
      this.#talks = new TalksView(current.id, (error) => this.#asked(error));
      await this.#talks.start(chosen);
      return [this.#talks.element];
    }
    return [await this.#figures(page, current)];
  }

  async #classPane(current: ClassInfo): Promise<HTMLElement> {
    const detail = await client.classOf(current.id);
    const note = this.#note;
    this.#note = "";
    return h("div", { class: "pane" }, classView(detail, this.#cases, { share: (teacher) => client.share(current.id, teacher), give: async (task) => {
      await client.assign(current.id, task);
      this.#note = T.assign.done;
      await this.#route();
    } }, note), newClassForm((name) => this.#make(name), false));
  }

  async #make(name: string): Promise<void> {
    const made = await client.makeClass(name);
    this.#classes = await client.classes();
    this.#memory.set(CLASS, made.id);
    await this.#route();
  }

  async #figures(page: "kappa" | "items", current: ClassInfo): Promise<HTMLElement> {
    const words = T[page];
    const place = h("div", { class: "figures" });
    const pick = h("select", {}, ...this.#cases.map((one) => h("option", { value: one.id, selected: one.id === this.#memory.get(CASE) }, one.title)));
    const show = async () => {
      this.#memory.set(CASE, pick.value);
      place.replaceChildren(page === "kappa" ? kappaView(await client.kappa(pick.value)) : itemsView(await client.items(pick.value, current.id)));
    };
    pick.addEventListener("change", () => { show().catch((error: unknown) => this.#failed(error, () => void this.#route())); });
    await show();
    return h("div", { class: "pane" }, h("section", { class: "card", "aria-label": words.title }, h("h2", {}, words.title), h("label", { class: "field case-pick" }, T.kappa.case, pick), place));
  }

  /** True when the teacher has to log in again. */
  #asked(error: unknown): boolean {
    if (asProblem(error).status !== 401) return false;
    this.#askLogin("", T.again);
    return true;
  }

  #failed(error: unknown, again: () => void): void {
    if (this.#asked(error)) return;
    const { status, title } = asProblem(error);
    this.#place.replaceChildren(h("div", { class: "nothing" }, h("p", { role: "alert" }, title || (status === 0 ? T.offline : T.failed)), h("button", { type: "button", class: "first", onclick: again }, T.retry)));
  }
}
