/** Key and name. They may come in the address (`/desk#key=…`), which they leave at once. */
import { h, icon, ICONS } from "../core/dom";
import { asProblem } from "../core/http";
import { S } from "../strings";
import { login } from "./desk-client";

/** Fragments never reach a server; removing it keeps the key out of history and screenshots. */
export function keyFromAddress(place: Location, past: History): string {
  return fromAddress(place, past, "key").key;
}

/** A link in a nurse's message has logged her in (`/desk#handoff=…&nurse=…`): whose desk it is, and at what it opens. */
export function enteredFromAddress(place: Location, past: History): { handoff: string; nurse: string } {
  return fromAddress(place, past, "handoff", "nurse");
}

function fromAddress<Name extends string>(place: Location, past: History, ...names: Name[]): Record<Name, string> {
  const given = new URLSearchParams(place.hash.slice(1));
  if (names.some((name) => given.has(name))) past.replaceState(null, "", place.pathname + place.search);
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? ""])) as Record<Name, string>;
}

export function loginView(key: string, nurse: string, why: string, entered: (nurse: string) => void): HTMLElement {
  const keyField = h("input", { type: "password", autocomplete: "current-password", required: true, value: key });
  const nameField = h("input", { type: "text", autocomplete: "name", required: true, maxlength: "20", value: nurse });
  const error = h("p", { class: "error", role: "alert" }, why);
  const button = h("button", { type: "submit", class: "first" }, S.desk.login);
  const form = h("form", { class: "login card" }, h("span", { class: "mark" }, icon(ICONS.leaf)), h("h1", {}, S.desk.title),
    h("p", { class: "soft" }, S.desk.lead), h("label", { class: "field" }, S.desk.key, keyField),
    h("label", { class: "field" }, S.desk.name, nameField), error, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = nameField.value.trim();
    if (!name || !keyField.value) return;
    button.disabled = true;
    login(keyField.value.trim(), name).then(() => entered(name), (problem: unknown) => {
      button.disabled = false;
      const { status, title } = asProblem(problem);
      error.textContent = status === 0 || status >= 500 ? S.desk.offline : title || S.desk.wrong;
    });
  });
  return h("main", { class: "login-place" }, form);
}
