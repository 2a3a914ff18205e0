/** The running time on the page: down and with warnings in an exam, up in training. */
import { h } from "../core/dom";
import { face, secondsLeft, Stopwatch, warningBetween } from "./clock";
import { P } from "./strings";

const BEAT_MS = 250;

export interface TimerActs { warn(minutes: number): void; over(): void }

export class Timer {
  readonly element: HTMLElement;
  readonly #digits = h("span", { class: "digits" }, "0:00");
  readonly #endsAt: string | null;
  readonly #watch: Stopwatch;
  readonly #now: () => number;
  readonly #acts: TimerActs;
  #beat: ReturnType<typeof setInterval> | undefined;
  #before = Infinity;

  /** `now` is the server's time in milliseconds; `spent` seconds lie behind. */
  constructor(endsAt: string | null, spent: number, paused: boolean, now: () => number, acts: TimerActs) {
    this.#endsAt = endsAt;
    this.#now = now;
    this.#acts = acts;
    this.#watch = new Stopwatch(spent, now(), !paused);
    this.element = h("p", { class: "timer", role: "timer", "aria-live": "off" }, h("span", { class: "sr" }, endsAt ? P.room.left : P.room.spent), this.#digits);
  }

  start(): void {
    this.#look();
    this.#beat = setInterval(() => this.#look(), BEAT_MS);
  }

  stop(): void { clearInterval(this.#beat); }
  pause(): void { this.#watch.pause(this.#now()); this.#look(); }
  resume(): void { this.#watch.resume(this.#now()); this.#look(); }

  #look(): void {
    if (this.#endsAt === null) return this.#show(this.#watch.seconds(this.#now()));
    const left = secondsLeft(this.#endsAt, this.#now());
    const warning = warningBetween(this.#before, left);
    this.#before = left;
    this.#show(left);
    this.element.dataset["tone"] = left <= 60 ? "last" : left <= 180 ? "soon" : "calm";
    if (warning) this.#acts.warn(warning);
    if (left > 0) return;
    this.stop();
    this.#acts.over();
  }

  #show(seconds: number): void {
    const words = face(seconds);
    if (this.#digits.textContent !== words) this.#digits.textContent = words;
  }
}
