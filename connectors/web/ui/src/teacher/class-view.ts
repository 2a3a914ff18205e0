/** One class: its code, its learners, its assignments. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { CaseInfo, ClassAssignment, ClassDetail, ClassMember, NewAssignment } from "../core/practice-wire";
import { clockOf, dayOf } from "../core/time";
import { assignForm } from "./assign-form";
import { exportAddress } from "./client";
import { T } from "./strings";

export interface ClassActs { give(task: NewAssignment): Promise<void>; share(teacher: string): Promise<void> }

export function classView(one: ClassDetail, cases: readonly CaseInfo[], acts: ClassActs, note: string): HTMLElement {
  return h("div", { class: "class-view" }, note ? h("p", { class: "hint", role: "status" }, note) : null, codeCard(one, acts),
    h("section", { class: "card", "aria-label": T.class.tasks }, h("h2", {}, T.class.tasks), tasks(one.assignments, cases),
      h("details", { open: !one.assignments.length }, h("summary", {}, T.assign.title), assignForm(cases, acts.give))),
    h("section", { class: "card", "aria-label": T.class.members(one.members.length) }, h("h2", {}, T.class.members(one.members.length)), members(one.members),
      h("div", { class: "row", role: "group", "aria-label": T.class.exports }, h("a", { class: "second button", href: exportAddress(one.id, "csv"), download: "" }, T.class.csv),
        h("a", { class: "second button", href: exportAddress(one.id, "xapi.json"), download: "" }, T.class.xapi))));
}

function codeCard(one: ClassDetail, acts: ClassActs): HTMLElement {
  const state = h("span", { class: "soft", role: "status" });
  const copy = () => {
    const tell = (words: string) => { state.textContent = words; };
    // plain-http hospital networks have no clipboard
    if (!navigator.clipboard) return tell(T.class.copyFailed);
    navigator.clipboard.writeText(one.code).then(() => tell(T.class.copied), () => tell(T.class.copyFailed));
  };
  return h("section", { class: "card code-card", "aria-label": T.class.code }, h("h2", {}, one.name), h("p", { class: "soft" }, T.class.code),
    h("p", { class: "class-code" }, h("code", {}, one.code), h("button", { type: "button", class: "second", onclick: copy }, T.class.copy), state), h("p", { class: "soft" }, T.class.codeMore), shareForm((teacher) => acts.share(teacher)));
}

function members(all: readonly ClassMember[]): HTMLElement {
  if (!all.length) return h("p", { class: "soft" }, T.class.noMembers);
  return h("div", { class: "table-place" }, h("table", {}, h("thead", {}, h("tr", {}, ...[T.class.learner, T.class.finished, T.class.average].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...all.map((one) => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, String(one.finished)), h("td", {}, one.average === null ? T.class.dash : `${one.average}%`))))));
}

export function windowOf({ opens_at, closes_at }: ClassAssignment): string {
  const at = (iso: string) => `${dayOf(iso)} ${clockOf(iso)}`;
  if (opens_at && closes_at) return T.class.until(at(opens_at), at(closes_at));
  return opens_at ? T.class.from(at(opens_at)) : closes_at ? T.class.to(at(closes_at)) : T.class.always;
}

function tasks(all: readonly ClassAssignment[], cases: readonly CaseInfo[]): HTMLElement {
  if (!all.length) return h("p", { class: "soft" }, T.class.noTasks);
  const titleOf = (one: ClassAssignment) => one.title ?? cases.find((item) => item.id === one.case)?.title ?? one.case;
  return h("ul", { class: "task-list" }, ...all.map((one) => h("li", {}, h("strong", {}, titleOf(one)), h("span", { class: `badge mode ${one.mode}` }, T.modes[one.mode]),
    h("p", { class: "soft" }, [windowOf(one), T.class.attempts(one.attempts), one.minutes ? T.class.minutes(one.minutes) : "", one.finished === undefined ? "" : T.class.doneBy(one.finished)].filter(Boolean).join(" · ")))));
}

function shareForm(share: (teacher: string) => Promise<void>): HTMLElement {
  const name = h("input", { type: "text", required: true, maxlength: "20", autocomplete: "off" });
  const said = h("p", { class: "soft", role: "status" }, T.class.shareMore);
  const button = h("button", { type: "submit", class: "second" }, T.class.shareGo);
  const form = h("form", { class: "new-class" }, h("label", { class: "field" }, T.class.shareName, name), button, said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const teacher = name.value.trim();
    if (!teacher) return name.focus();
    button.disabled = true;
    share(teacher).then(() => { said.textContent = T.class.shared(teacher); name.value = ""; }, (problem: unknown) => { said.textContent = asProblem(problem).title || T.failed; })
      .finally(() => { button.disabled = false; });
  });
  return h("details", {}, h("summary", {}, T.class.share), form);
}

export function newClassForm(make: (name: string) => Promise<void>, first: boolean): HTMLElement {
  const name = h("input", { type: "text", required: true, maxlength: "40", placeholder: T.class.nameHint });
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { type: "submit", class: first ? "first" : "second" }, T.class.create);
  const form = h("form", { class: "new-class" }, h("label", { class: "field" }, T.class.name, name), button, error);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    button.disabled = true;
    make(name.value.trim()).catch((problem: unknown) => { error.textContent = asProblem(problem).title || T.failed; }).finally(() => { button.disabled = false; });
  });
  return h("section", { class: "card" }, h("h2", {}, T.class.make), first ? h("p", { class: "soft" }, T.class.none) : null, form);
}
