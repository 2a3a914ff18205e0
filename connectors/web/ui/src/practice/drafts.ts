/** Words being written: kept on the device at every stroke, so that neither a reload nor a closed tab loses them. */
import type { Memory } from "../core/memory";
import type { Ending, SpokenTurn, TestResult } from "../core/practice-wire";

const ENDING = "ending";
const RESULTS = "results";
const EARLIER = "earlier";

export const NO_ENDING: Ending = { diagnosis: "", differentials: "", reasons: "", plan: "", sbar: { situation: "", background: "", assessment: "", recommendation: "" } };

function parsed<T>(text: string | null): Partial<T> {
  try {
    const value = JSON.parse(text ?? "{}") as unknown;
    return typeof value === "object" && value !== null ? value as Partial<T> : {};
  } catch {
    return {};  // written by an older page
  }
}

export function endingDraft(memory: Memory): Ending {
  const kept = parsed<Ending>(memory.get(ENDING));
  return { ...NO_ENDING, ...kept, sbar: { ...NO_ENDING.sbar, ...kept.sbar } };
}

export function keepEnding(memory: Memory, ending: Ending): void { memory.set(ENDING, JSON.stringify(ending)); }

/** Words without the spaces around them, as they are sent. */
export function trimmed(ending: Ending): Ending {
  const clean = <T extends object>(all: T): T => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value])) as T;
  return { ...clean(ending), sbar: clean(ending.sbar) };
}

export function isEmpty({ sbar, ...words }: Ending): boolean { return [...Object.values(words), ...Object.values(sbar)].every((text) => !text.trim()); }

export function keptResults(memory: Memory): TestResult[] {
  const kept = parsed<{ all: TestResult[] }>(memory.get(RESULTS)).all;
  return Array.isArray(kept) ? kept : [];
}

export function keepResults(memory: Memory, all: readonly TestResult[]): void { memory.set(RESULTS, JSON.stringify({ all })); }

/** The talk up to the turn from which an encounter is played on. */
export function keptTurns(memory: Memory): SpokenTurn[] {
  const kept = parsed<{ all: SpokenTurn[] }>(memory.get(EARLIER)).all;
  return Array.isArray(kept) ? kept : [];
}

export function keepTurns(memory: Memory, all: readonly SpokenTurn[]): void { memory.set(EARLIER, JSON.stringify({ all })); }
