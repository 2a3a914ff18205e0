/** Encounters this device knows: those still open, and how the last ones went. */
import type { Memory } from "../core/memory";
import type { EncounterInfo, Finished } from "../core/practice-wire";

const OPEN = "open";
const FINISHED = "finished";
/** As many as the trend shows. */
export const KEPT = 30;

export class Shelf {
  readonly #memory: Memory;

  constructor(memory: Memory) { this.#memory = memory; }

  /** The newest first. */
  open(): EncounterInfo[] { return this.#read<EncounterInfo>(OPEN).filter((one) => one?.encounter && one.conversation); }
  find(id: string): EncounterInfo | undefined { return this.open().find((one) => one.encounter === id); }
  finished(): Finished[] { return this.#read<Finished>(FINISHED); }

  /** What belongs to one encounter only: its conversation, unsent words, drafts. */
  of(id: string): Memory { return this.#memory.within(id); }

  /** Taken up anew it stands first. */
  begin({ encounter, conversation, title, setting, mode, minutes, started_at, ends_at }: EncounterInfo): void {
    const one = { encounter, conversation, title, setting, mode, minutes, started_at, ends_at };
    this.of(one.encounter).set("conversation", one.conversation);
    this.#write(OPEN, [one, ...this.open().filter((other) => other.encounter !== one.encounter)]);
  }

  drop(id: string): void {
    this.of(id).remove("conversation", "queue", "ending", "notes", "results", "earlier");
    this.#write(OPEN, this.open().filter((one) => one.encounter !== id));
  }

  clear(): void {
    for (const one of this.open()) this.drop(one.encounter);
    this.#memory.remove(OPEN, FINISHED);
  }

  finish(one: Finished): void {
    this.drop(one.encounter);
    this.#write(FINISHED, [...this.finished().filter((other) => other.encounter !== one.encounter), one].slice(-KEPT));
  }

  #read<T>(name: string): T[] {
    try {
      const kept = JSON.parse(this.#memory.get(name) ?? "[]") as unknown;
      return Array.isArray(kept) ? kept as T[] : [];
    } catch {
      return [];  // written by an older page
    }
  }

  #write(name: string, all: unknown[]): void { this.#memory.set(name, JSON.stringify(all)); }
}
