/** The learner's own debrief: reflection, files, and practising again from a turn. */
import { h } from "../core/dom";
import { asProblem } from "../core/http";
import type { DebriefSheet, EncounterInfo, EncounterMode } from "../core/practice-wire";
import { debriefView } from "../debrief/debrief-view";
import { D } from "../debrief/strings";
import { save } from "../parts/save";
import type { PracticeClient } from "./client";
import { keepTurns } from "./drafts";
import type { Shelf } from "./shelf";

export interface DebriefParts {
  id: string;
  sheet: DebriefSheet;
  mode: EncounterMode;
  client: PracticeClient;
  shelf: Shelf;
  again(): void;
  /** Into the room that is made. */
  open(make: () => Promise<EncounterInfo>): void;
}

export function debriefPage(parts: DebriefParts): HTMLElement {
  const { id, sheet, mode, client } = parts;
  const playable = mode === "training" && sheet.transcript.length > 0;
  return debriefView(sheet, { reflect: (text) => client.reflect(id, text), foot: [files(parts)],
    ...(playable ? { fork: (turn: number) => parts.open(() => forked(parts, turn)) } : {}) });
}

async function forked({ id, sheet, client, shelf }: DebriefParts, turn: number): Promise<EncounterInfo> {
  const info = await client.fork(id, turn);
  keepTurns(shelf.of(info.encounter), sheet.transcript.slice(0, turn + 1));
  return info;
}

function files({ id, client, again }: DebriefParts): HTMLElement {
  const error = h("p", { class: "error", role: "alert" });
  const button = (kind: "pdf" | "json") => h("button", { type: "button", class: "second", onclick: () => {
    client.file(id, kind).then((file) => save(file, `debrief-${id}.${kind}`), (problem: unknown) => { error.textContent = asProblem(problem).title || D.files.failed; });
  } }, D.files[kind]);
  return h("div", { class: "files" }, error, h("div", { class: "row" }, button("pdf"), button("json"), h("button", { type: "button", class: "first", onclick: again }, D.again)));
}
