/** The time of an encounter: counts up in training, down in an exam. Pure; `now` and stamps in milliseconds. */

/** Minutes before the end at which an exam warns. */
export const WARNINGS = [3, 1];

/** Whole seconds left, never below 0. */
export function secondsLeft(endsAt: string, now: number): number {
  return Math.max(0, Math.ceil((new Date(endsAt).getTime() - now) / 1000)) || 0;
}

/** The warning whose minute was passed between two looks; a page that slept gets only the last one. */
export function warningBetween(before: number, after: number): number | null {
  const passed = WARNINGS.filter((minutes) => after <= minutes * 60 && before > minutes * 60 && after > 0);
  return passed.length ? Math.min(...passed) : null;
}

/** 65 → "1:05", 3700 → "1:01:40". */
export function face(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** Milliseconds by which the server's clock is ahead of this device's. */
export function skewOf(serverNow: string | undefined, now: number): number {
  const server = new Date(serverNow ?? "").getTime();
  return Number.isNaN(server) ? 0 : server - now;
}

/** Seconds of practice without its pauses. */
export class Stopwatch {
  #spentMs: number;
  #runningSince: number | null;

  constructor(spentSeconds: number, now: number, running: boolean) {
    this.#spentMs = Math.max(0, spentSeconds * 1000);
    this.#runningSince = running ? now : null;
  }

  seconds(now: number): number {
    return Math.floor((this.#spentMs + (this.#runningSince === null ? 0 : Math.max(0, now - this.#runningSince))) / 1000);
  }

  pause(now: number): void {
    this.#spentMs = this.seconds(now) * 1000;
    this.#runningSince = null;
  }

  resume(now: number): void { this.#runningSince ??= now; }
}
