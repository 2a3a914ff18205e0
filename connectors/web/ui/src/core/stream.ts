/**
 * A server-sent event stream that comes back by itself.
 * `fetch` instead of EventSource: it shows the status (404 = conversation gone, 401 = log in again),
 * and silence can be noticed although the connection looks open, as after a phone's sleep.
 */
import { SseParser, type ServerEvent } from "./sse";

export type Link = "idle" | "connecting" | "live" | "lost";

export interface StreamParts {
  /** Asked before every attempt, so that a reconnect resumes after the last message seen. */
  url: () => string;
  onEvent: (event: ServerEvent) => void;
  onLink: (link: Link) => void;
  /** The server refused for good (401, 403, 404, 410); the stream has stopped. */
  onRefused: (status: number) => void;
  fetch?: typeof fetch;
}

/** The server pings every 15 s; three missed pings mean a dead line. */
export const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Doubles from 1 s to 30 s; half of it random, so that a restarted server is not stormed. */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return full / 2 + (full / 2) * random;
}

export class EventStream {
  readonly #parts: StreamParts;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #running = false;
  #heardAt = 0;

  constructor(parts: StreamParts) { this.#parts = parts; }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    void this.#connect();
  }

  stop(): void {
    this.#running = false;
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#parts.onLink("idle");
  }

  /** Network is back or the page is seen again: try now unless the line was heard a moment ago. */
  readonly #wake = (): void => {
    if (!this.#running || document.visibilityState === "hidden") return;
    if (this.#abort && Date.now() - this.#heardAt < SILENCE_MS / 2) return;
    this.#attempt = 0;
    this.#abort?.abort();
    void this.#connect();
  };

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#abort = abort;
    this.#heardAt = Date.now();
    if (this.#attempt === 0) this.#parts.onLink("connecting");
    try {
      this.#listenForSilence(abort);
      const get = this.#parts.fetch ?? fetch;
      const response = await get(this.#parts.url(), { headers: { Accept: "text/event-stream" }, cache: "no-store", signal: abort.signal });
      if ([401, 403, 404, 410].includes(response.status)) return this.#refused(response.status);
      if (response.ok && response.body) await this.#read(response.body, abort);
    } catch {
      // the reason does not matter: below, the line is reported lost and tried again
    }
    if (this.#abort === abort) this.#again();
  }

  async #read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    this.#attempt = 0;
    this.#parts.onLink("live");
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#abort !== abort || !this.#running) return;
      this.#heardAt = Date.now();
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) this.#parts.onEvent(event);
    }
  }

  #listenForSilence(abort: AbortController): void {
    const watch = setInterval(() => {
      if (Date.now() - this.#heardAt > SILENCE_MS) abort.abort();
    }, 5_000);
    abort.signal.addEventListener("abort", () => clearInterval(watch));
  }

  #again(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (!this.#running) return;
    this.#parts.onLink("lost");
    this.#timer = setTimeout(() => void this.#connect(), backoff(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #refused(status: number): void {
    this.stop();
    this.#parts.onRefused(status);
  }
}
