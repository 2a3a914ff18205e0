/** The time in which an assignment can be done, as a teacher in China writes it. Pure. */

/** China keeps one time, without summer time since 1991; the teacher's computer may be set to another. */
const BEIJING = "+08:00";

/** What `<input type="datetime-local">` gives ("2026-11-24T08:00") → ISO 8601 with offset; "" → null. */
export function fromLocal(value: string): string | null { return value ? `${value}:00${BEIJING}` : null; }

/** What is wrong with a window, if anything; `now` in milliseconds. */
export function trouble(opens: string | null, closes: string | null, now: number): "order" | "past" | null {
  if (closes === null) return null;
  const end = new Date(closes).getTime();
  if (opens !== null && new Date(opens).getTime() >= end) return "order";
  return end <= now ? "past" : null;
}
