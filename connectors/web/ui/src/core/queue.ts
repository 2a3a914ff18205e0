/** Words waiting to be sent. Lives on the device, so closing the tab loses nothing. */
import type { Memory } from "./memory";

/** `id` is the client message id: sent again it has no second effect. */
export interface Waiting { id: string; text: string; button?: string; failed?: string }

const NAME = "queue";

export class OfflineQueue {
  readonly #memory: Memory;
  /** Used only when the device refuses to store. */
  #held: Waiting[] | null = null;

  constructor(memory: Memory) { this.#memory = memory; }

  get storageKey(): string { return this.#memory.key(NAME); }

  all(): Waiting[] {
    if (this.#held) return [...this.#held];
    try {
      const stored: unknown = JSON.parse(this.#memory.get(NAME) ?? "[]");
      return Array.isArray(stored) ? stored.filter(isWaiting) : [];
    } catch {
      return [];  // an older page's format or a damaged entry: nothing that could be sent
    }
  }

  /** First in line that the server has not refused for good. */
  next(): Waiting | undefined { return this.all().find((one) => one.failed === undefined); }

  add(one: Waiting): void { this.#save([...this.all(), one]); }
  remove(id: string): void { this.#save(this.all().filter((one) => one.id !== id)); }
  fail(id: string, why: string): void { this.#change(id, (one) => ({ ...one, failed: why })); }
  retry(id: string): void { this.#change(id, ({ failed: _, ...one }) => one); }

  /** A new conversation knows no buttons of the old one: the words on them go instead. */
  forgetButtons(): void { this.#save(this.all().map(({ button: _, ...one }) => one)); }

  clear(): void {
    this.#held = null;
    this.#memory.remove(NAME);
  }

  #change(id: string, change: (one: Waiting) => Waiting): void {
    this.#save(this.all().map((one) => one.id === id ? change(one) : one));
  }

  #save(all: Waiting[]): void {
    this.#held = this.#memory.set(NAME, JSON.stringify(all)) ? null : all;
  }
}

function isWaiting(value: unknown): value is Waiting {
  const one = value as Partial<Waiting> | null;
  return typeof one?.id === "string" && typeof one.text === "string";
}
