/** A key and a name: how nurses and teachers come in. Both may stand in the address (`#key=…`), which they leave at once. */
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";

export interface LoginWords { title: string; lead: string; key: string; name: string; login: string; wrong: string; offline: string }

/** Fragments never reach a server; removing it keeps the key out of history and screenshots. */
export function fromAddress<Name extends string>(place: Location, past: History, ...names: Name[]): Record<Name, string> {
  const given = new URLSearchParams(place.hash.slice(1));
  if (names.some((name) => given.has(name))) past.replaceState(null, "", place.pathname + place.search);
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? ""])) as Record<Name, string>;
}

export interface Entrance { words: LoginWords; key: string; name: string; why: string; login(key: string, name: string): Promise<void>; entered(name: string): void }

export function keyLogin({ words, key, name, why, login, entered }: Entrance): HTMLElement {
  const keyField = h("input", { type: "password", autocomplete: "current-password", required: true, value: key });
  const nameField = h("input", { type: "text", autocomplete: "name", required: true, maxlength: "20", value: name });
  const error = h("p", { class: "error", role: "alert" }, why);
  const button = h("button", { type: "submit", class: "first" }, words.login);
  const form = h("form", { class: "login card" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, words.title),
    h("p", { class: "soft" }, words.lead), h("label", { class: "field" }, words.key, keyField),
    h("label", { class: "field" }, words.name, nameField), error, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const who = nameField.value.trim();
    if (!who || !keyField.value) return;
    button.disabled = true;
    login(keyField.value.trim(), who).then(() => entered(who), (problem: unknown) => {
      button.disabled = false;
      const { status, title } = asProblem(problem);
      error.textContent = status === 0 || status >= 500 ? words.offline : title || words.wrong;
    });
  });
  return h("main", { class: "login-place" }, form);
}
