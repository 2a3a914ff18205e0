/** Empties the offline queue in order: one tab at a time, again and again until the server took each one. */
import { asProblem, request } from "./http";
import { alone } from "./memory";
import type { OfflineQueue, Waiting } from "./queue";
import { backoff } from "./stream";
import type { Pending } from "./transcript";
import { S } from "../strings";

export interface SenderParts {
  queue: OfflineQueue;
  /** The conversation to speak in, made when there is none. */
  conversation: () => Promise<string>;
  /** Replies arrive by the event stream; otherwise they must be fetched after sending. */
  listening: () => boolean;
  fetchReplies: (conversation: string) => Promise<void>;
  /** The server does not know the conversation. True when sending may go on, in a new one. */
  onGone: (conversation: string | null) => boolean;
  onChange: (pending: Pending[]) => void;
}

export class Sender {
  readonly #parts: SenderParts;
  /** Taken by the server, echo still under way. */
  readonly #accepted = new Map<string, Waiting>();
  /** A new conversation was begun and nothing was taken since: do not begin another at once. */
  #renewed = false;
  #flushing = false;
  #stopped = false;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: SenderParts) { this.#parts = parts; }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The network or the person says: do not wait any longer. */
  now(): void {
    this.#attempt = 0;
    void this.flush();
  }

  echoed(clientId: string): void { this.#accepted.delete(clientId); }
  forget(): void { this.#accepted.clear(); }

  async flush(): Promise<void> {
    if (this.#flushing || this.#stopped) return;
    this.#flushing = true;
    clearTimeout(this.#timer);
    try {
      await alone(this.#parts.queue.storageKey, () => this.#sendAll());
    } finally {
      this.#flushing = false;
    }
    // said after the last look into the queue, before the lock was free again
    if (this.#attempt === 0 && this.#parts.queue.next() && !this.#stopped) void this.flush();
  }

  async #sendAll(): Promise<void> {
    for (let one = this.#parts.queue.next(); one && !this.#stopped; one = this.#parts.queue.next()) {
      this.tell();
      const goOn = await this.#send(one);
      this.tell();
      if (!goOn) return;
    }
  }

  /** True when the next in line may go. */
  async #send(one: Waiting): Promise<boolean> {
    let conversation: string | null = null;
    try {
      conversation = await this.#parts.conversation();
      if (!this.#waits(one)) return true;
      const body = { conversation, id: one.id, ...(one.button ? { button: one.button } : { text: one.text }) };
      const listening = this.#parts.listening();
      await request("POST", "/api/v1/messages", body, listening ? { Prefer: "respond-async" } : {});
      if (this.#waits(one)) this.#accepted.set(one.id, one);
      this.#parts.queue.remove(one.id);
      this.#attempt = 0;
      this.#renewed = false;
      if (!listening) await this.#parts.fetchReplies(conversation).catch(() => undefined);  // the stream brings them later
      return true;
    } catch (error) {
      return this.#notSent(one, conversation, error);
    }
  }

  #notSent(one: Waiting, conversation: string | null, error: unknown): boolean {
    const problem = asProblem(error);
    const gone = problem.status === 404 || problem.status === 410;
    if (gone && !this.#renewed) {
      this.#renewed = true;
      return this.#parts.onGone(conversation);
    }
    if (!problem.passing && !gone) {
      this.#parts.queue.fail(one.id, problem.title || S.refused);
      return true;
    }
    this.#timer = setTimeout(() => void this.flush(), backoff(this.#attempt, Math.random()));
    this.#attempt += 1;
    return false;
  }

  /** False when it was wiped or discarded meanwhile. */
  #waits(one: Waiting): boolean { return this.#parts.queue.all().some((other) => other.id === one.id); }

  /** Shows what waits, in the order it was said. */
  tell(): void {
    const queued = this.#parts.queue.all();
    const waiting = new Set(queued.map((one) => one.id));
    const accepted = [...this.#accepted.values()].filter((one) => !waiting.has(one.id));
    this.#parts.onChange([...accepted.map((one): Pending => ({ id: one.id, text: one.text, status: "sent" })),
      ...queued.map((one) => this.#asPending(one))]);
  }

  #asPending(one: Waiting): Pending {
    const { failed, ...base } = one;
    if (failed !== undefined) return { ...base, status: "failed", problem: failed };
    return { ...base, status: this.#attempt === 0 ? "sending" : "unsent" };
  }
}
