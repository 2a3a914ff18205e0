/** Marks as numbers: what was missed and matters most, and what a teacher has changed. Pure. */
import type { HeatItem, HeatState, Mark, Override } from "../core/practice-wire";

/** Critical ones first, then the dearest: that is what the learner should read first. */
export function missedFirst(items: readonly Mark[]): Mark[] {
  return [...items].sort((a, b) => Number(b.critical) - Number(a.critical) || b.max - a.max);
}

/** The newest word of a teacher on each item. */
export function overrideOf(overrides: readonly Override[], item: string): Override | undefined {
  return [...overrides].reverse().find((one) => one.item === item);
}

export interface Counted extends Mark { changed?: Override }

/** The machine is not trusted with it, and no teacher has marked it yet. */
export function waits(mark: Counted): boolean { return mark.auto === false && !mark.changed; }

/** Marks as they count: the machine's, changed where a teacher said otherwise. */
export function counting(items: readonly Mark[], overrides: readonly Override[]): Counted[] {
  return items.map((mark) => {
    const changed = overrideOf(overrides, mark.item);
    return changed ? { ...mark, points: changed.points, asked: changed.points > 0, changed } : mark;
  });
}

/** Every 病史 item under its section, sections in the order of the wire. */
export function bySection(heat: readonly HeatItem[]): Map<string, HeatItem[]> {
  const sections = new Map<string, HeatItem[]>();
  for (const item of heat) sections.set(item.section, [...(sections.get(item.section) ?? []), item]);
  return sections;
}

export function stateCounts(heat: readonly HeatItem[]): Record<HeatState, number> {
  const counts = { told: 0, asked: 0, never: 0 };
  for (const { state } of heat) counts[state] += 1;
  return counts;
}
