/** The learner: classes, results over time, and the board for who wants to be on it. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { BoardRow, Finished, Learner } from "../core/practice-wire";
import type { PracticeClient } from "./client";
import { P } from "./strings";
import { trendView } from "./trend";

export interface MeActs { joined(note: string): void; leave(): void }

export function meView(client: PracticeClient, learner: Learner | null, here: readonly Finished[], acts: MeActs): HTMLElement {
  const trend = learner ? learner.trend : here;
  return h("section", { class: "me" }, learner ? h("h2", {}, P.me.hello(learner.name)) : null,
    h("section", { class: "card", "aria-label": P.me.trend }, h("h3", {}, P.me.trend), trendView(trend), learner ? null : h("p", { class: "soft" }, P.me.device)),
    ...(learner?.classes.length ? [h("section", { class: "card", "aria-label": P.me.board }, h("h3", {}, P.me.board), boardSwitch(client, learner), ...learner.classes.map((one) => boardOf(client, one)))] : []),
    joinForm(client, learner, (note) => acts.joined(note)),
    learner || here.length ? h("div", { class: "row" }, h("span", { class: "soft" }, P.me.shared), h("button", { type: "button", class: "second", onclick: () => acts.leave() }, P.me.leave)) : null);
}

function joinForm(client: PracticeClient, learner: Learner | null, joined: (note: string) => void): HTMLElement {
  const code = h("input", { type: "text", required: true, maxlength: "12", autocapitalize: "characters", autocomplete: "off", spellcheck: "false", placeholder: P.me.codeHint });
  const name = h("input", { type: "text", required: true, maxlength: "20", autocomplete: "name" });
  name.value = learner?.name ?? "";
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { type: "submit", class: "first" }, P.me.joinGo);
  const form = h("form", { class: "card join" }, h("h3", {}, P.me.join), learner?.classes.length ? h("p", {}, `${P.me.classes}：${learner.classes.map((one) => one.name).join("、")}`) : null,
    h("p", { class: "soft" }, P.me.joinLead), h("label", { class: "field" }, P.me.code, code), h("label", { class: "field" }, P.me.name, name), error, h("div", { class: "row" }, button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    client.join(code.value.replace(/[\s-]/g, "").toUpperCase(), name.value.trim()).then((className) => joined(P.me.joined(className)), (problem: unknown) => {
      const { status, title } = asProblem(problem);
      error.textContent = title || (status === 0 ? P.offline : P.me.wrong);
      button.disabled = false;
    });
  });
  return form;
}

function boardSwitch(client: PracticeClient, learner: Learner): HTMLElement {
  const input = h("input", { type: "checkbox", role: "switch" });
  input.checked = learner.board;
  const error = h("p", { class: "error", role: "alert" });
  input.addEventListener("change", () => {
    error.textContent = "";
    client.showOnBoard(input.checked).catch((problem: unknown) => {
      input.checked = !input.checked;
      error.textContent = asProblem(problem).title || P.failed;
    });
  });
  return h("div", {}, h("label", { class: "switch" }, input, h("span", {}, h("b", {}, P.me.boardOn), h("span", { class: "soft" }, P.me.boardMore))), error);
}

function boardOf(client: PracticeClient, one: { id: string; name: string }): HTMLElement {
  const place = h("div", { class: "board" }, h("h4", {}, one.name), h("p", { class: "soft" }, P.loading));
  client.board(one.id).then((rows) => place.lastElementChild?.replaceWith(rows.length ? boardTable(rows) : h("p", { class: "soft" }, P.me.boardEmpty)),
    (problem: unknown) => place.lastElementChild?.replaceWith(h("p", { class: "error" }, asProblem(problem).title || P.failed)));
  return place;
}

export function boardTable(rows: readonly BoardRow[]): HTMLElement {
  const head = [P.me.rank, P.me.learner, P.me.average, P.me.best, P.me.finished];
  return h("table", {}, h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows.map((row) => h("tr", { class: row.me ? "mine" : "" }, h("td", {}, String(row.rank)), h("th", { scope: "row" }, row.name, row.me ? h("span", { class: "badge" }, P.me.mine) : null),
      h("td", {}, `${row.average}%`), h("td", {}, `${row.best_of_last}%`), h("td", {}, String(row.finished))))));
}
