/** The nurse's words on their way: shown at once, kept when they fail, sent again under the same id. */
import { asProblem } from "../core/http";
import { newId } from "../core/memory";
import type { Pending } from "../core/transcript";
import type { Message } from "../core/wire";
import { S } from "../strings";
import { answer } from "./desk-client";

type Answer = Pending & { handoff: string };

export class Answers {
  readonly #open = new Map<string, Answer>();
  readonly #changed: () => void;
  readonly #arrived: (handoff: string, message: Message) => void;

  constructor(changed: () => void, arrived: (handoff: string, message: Message) => void) {
    this.#changed = changed;
    this.#arrived = arrived;
  }

  of(handoff: string): Pending[] { return [...this.#open.values()].filter((one) => one.handoff === handoff); }
  echoed(clientId: string | null): void { if (clientId) this.#open.delete(clientId); }
  discard(id: string): void { this.#open.delete(id); this.#changed(); }

  say(handoff: string, text: string): void {
    const id = newId();
    this.#open.set(id, { id, text, status: "sending", handoff });
    void this.send(id);
  }

  async send(id: string): Promise<void> {
    const one = this.#open.get(id);
    if (!one) return;
    this.#open.set(id, { ...one, status: "sending" });
    this.#changed();
    try {
      const message = await answer(one.handoff, id, one.text);
      this.#open.delete(id);
      this.#arrived(one.handoff, message);
    } catch (error) {
      // the echo may have come although the answer was lost
      if (this.#open.has(id)) this.#open.set(id, { ...one, status: "failed", problem: asProblem(error).title || S.desk.failed });
      this.#changed();
    }
  }
}
