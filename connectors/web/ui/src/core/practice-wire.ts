/** Shapes of practice: cases, encounters, debriefs, classes. Times are ISO 8601 with an offset, money is yuan in words ("30.00"). */

export type EncounterMode = "training" | "exam";

export interface CaseInfo { id: string; title: string; specialty: string; level: string; minutes?: number; goals?: string[] }

export interface EncounterInfo {
  encounter: string; conversation: string; title: string; setting: string;
  mode: EncounterMode;
  /** Null where no clock runs. */
  minutes: number | null;
  started_at: string;
  /** The end of an exam; null in training. */
  ends_at: string | null;
}
export interface EncounterState extends Omit<EncounterInfo, "conversation"> {
  case: string; paused: boolean; ended: boolean; notes: string; hints_used: number;
  /** The server's clock, so that a wrong clock here does not shorten an exam. */
  now: string;
  /** Spent so far, pauses not counted. */
  seconds: number;
  /** For a learner of a class, so that another device can go on. */
  conversation?: string;
}

export interface Sbar { situation: string; background: string; assessment: string; recommendation: string }
export interface Ending { diagnosis: string; differentials: string; reasons: string; plan: string; sbar: Sbar }

export interface TestGroup { kind: string; tests: { id: string; label: string }[] }
/** `table`: rows of cells, the head row first. */
export interface TestResult { id: string; label: string; text: string; table: string[][] | null; picture: string | null; minutes: number; cost: string }

export interface Assignment {
  id: string; case: string; title: string; class: string; mode: EncounterMode;
  opens_at: string | null; closes_at: string | null; minutes: number | null; attempts_left: number | null;
  state: "open" | "future" | "closed" | "done";
}
export interface Finished { encounter: string; case: string; title: string; total: number; max: number; passed: boolean; ended_at: string }
export interface Learner { name: string; classes: { id: string; name: string }[]; board: boolean; assignments: Assignment[]; trend: Finished[] }
/** `average` and `best_of_last` in per cent. */
export interface BoardRow { rank: number; name: string; average: number; best_of_last: number; finished: number; me: boolean }

export interface Mark {
  item: string; label: string; part?: string; points: number; max: number;
  /** The mark was earned. */
  asked: boolean;
  critical: boolean; quote: string | null; why: string;
  /** Index, from 0, of the turn that shows it. */
  turn?: number | null;
  group?: string;
  /** False: the machine is not trusted with this one, a teacher marks it. */
  auto?: boolean;
}
export type HeatState = "never" | "asked" | "told";
export interface HeatItem { id: string; label: string; section: string; kind: string; state: HeatState; asked_at: number[]; told_at: number | null }
export interface OrderStep { label: string; at: number | null; in_order: boolean }
export interface ExpertLine { said: string; items: { id: string; label: string }[]; reached: boolean }
export interface Talk { turns: number; questions: number; open: number; empathy: number; jargon: number; interruptions: number; rude: number; seconds: number }
export interface TestsReview {
  needed: { id: string; label: string; done: boolean }[]; useless: { id: string; label: string }[];
  harmful: { id: string; label: string; harm: string }[]; minutes: number; cost: string;
}
export interface Debrief {
  total: number; max: number; passed: boolean;
  parts: { name: string; got: number; max: number }[];
  items: Mark[];
  diagnosis: { said: string; right: boolean; truth: string };
  heat: HeatItem[];
  order: { got: number; max: number; steps: OrderStep[] };
  expert: ExpertLine[];
  talk: Talk;
  tests: TestsReview;
  sbar: { got: number; max: number };
  counter: { label: string; noticed: boolean; why: string } | null;
  comment: string;
  teaching: string;
}

export interface Remark { text: string; item?: string | null }
/** What a language model said about the finished sheet; never part of the score. */
export interface ModelComment { strengths?: Remark[]; gaps?: Remark[]; next?: string; model?: string }
export interface Override { item: string; points: number; reason: string; teacher: string }
export interface SpokenTurn {
  turn: number; said: string; answer: string; at: string;
  sentences: { text: string; items: string[] }[]; asked: string[]; ordered: string[];
}
/** The figures with what teachers changed; `waiting`: points that no teacher has given yet. */
export interface Shown { total: number; max: number; passed: boolean; waiting: number }
export interface DebriefSheet {
  debrief: Debrief; shown: Shown; comment: ModelComment | null; overrides: Override[]; reflection: string; transcript: SpokenTurn[];
  /** Names of the items and tests in the transcript by their ids. */
  labels: Record<string, string>;
}

export interface ClassInfo { id: string; name: string; code: string; members?: number }
export interface ClassMember {
  id: string; name: string; finished: number;
  /** Per cent. */
  average: number | null;
}
export interface ClassAssignment {
  id: string; case: string; title?: string; mode: EncounterMode; opens_at: string | null; closes_at: string | null;
  attempts: number | null; minutes: number | null; finished?: number;
}
export interface ClassDetail { id: string; name: string; code: string; members: ClassMember[]; assignments: ClassAssignment[] }
export interface NewAssignment { case: string; mode: EncounterMode; opens_at: string | null; closes_at: string | null; attempts: number | null; minutes: number | null }
export interface EncounterRow {
  id: string; learner: string; case: string; title: string; mode: EncounterMode; turns: number;
  started_at: string; last_at: string; ended: boolean; total: number | null; max: number | null;
}
export interface EncounterHead {
  encounter: string; learner: string; case: string; title: string; mode: EncounterMode; ended: boolean;
  /** This teacher's own blind marks are in. */
  marked: boolean;
}
export interface EncounterDetail extends EncounterHead, Omit<DebriefSheet, "debrief" | "shown"> {
  debrief: Debrief | null; shown: Shown | null;
}
/** What a teacher sees who marks blind: nothing that anybody has marked. */
export interface BlindSheet extends EncounterHead {
  ending: Ending; transcript: SpokenTurn[]; labels: Record<string, string>; items: { item: string; part: string; label: string }[];
}
export interface KappaPair { a: string; b: string; kappa: string | null; n: number }
export interface KappaGroup { group: string; n: number; trusted: boolean; pairs: KappaPair[] }
/** `machine`: by what name the machine stands in the pairs. */
export interface KappaTable { threshold: string; encounters: number; machine: string; groups: KappaGroup[] }
export interface ItemShare { item: string; label: string; part: string; critical: boolean; asked: number; /** Encounters in which the machine had an opinion. */ judged: number }
export interface ItemAnalysis { encounters: number; items: ItemShare[] }
