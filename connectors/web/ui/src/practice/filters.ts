/** Which cases a learner wants to see. */
import type { CaseInfo } from "../core/practice-wire";

export interface Filter { words: string; specialty: string; level: string; /** Longest, in minutes; 0 = any. */ minutes: number }

export const ANY: Filter = { words: "", specialty: "", level: "", minutes: 0 };
/** Offered limits, in minutes. */
export const LIMITS = [10, 15, 20, 30];

/** Every word must occur somewhere in what the list shows of a case. */
export function matching(cases: readonly CaseInfo[], filter: Filter): CaseInfo[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  return cases.filter((one) => {
    const text = [one.title, one.specialty, ...(one.goals ?? [])].join("\n").toLowerCase();
    return (!filter.specialty || one.specialty === filter.specialty) && (!filter.level || one.level === filter.level)
      && (!filter.minutes || (one.minutes ?? 0) <= filter.minutes) && words.every((word) => text.includes(word));
  });
}

/** Different values in the order in which the cases bring them. */
export function choices(cases: readonly CaseInfo[], of: "specialty" | "level"): string[] {
  return [...new Set(cases.map((one) => one[of]))];
}

/** Limits that divide these cases at all. */
export function limits(cases: readonly CaseInfo[]): number[] {
  const lengths = cases.map((one) => one.minutes ?? 0);
  return LIMITS.filter((limit) => lengths.some((length) => length <= limit) && lengths.some((length) => length > limit));
}
