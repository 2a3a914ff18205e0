/** Yuan as the wire writes them ("30.00"): counted in whole fen, never as fractions. */

/** Raises RangeError for what is not an amount. */
export function fen(yuan: string): number {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(yuan.trim());
  if (!match) throw new RangeError(`not an amount: ${yuan}`);
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** "128" or "128.50". */
export function yuanOf(amount: number): string {
  const rest = amount % 100;
  return rest ? `${Math.floor(amount / 100)}.${String(rest).padStart(2, "0")}` : String(amount / 100);
}
