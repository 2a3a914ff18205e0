/** One conversation on this page: sends, receives, remembers, comes back. */
import { asProblem, request } from "./http";
import { newId, type Memory } from "./memory";
import type { OfflineQueue } from "./queue";
import { Sender } from "./sender";
import type { ServerEvent } from "./sse";
import { EventStream, type StreamParts } from "./stream";
import { EMPTY, lastSeq, reduce, type Happening, type Transcript } from "./transcript";
import type { ConversationState, Delta, LinkOffer, Message } from "./wire";
import { S } from "../strings";

export interface Stream { start(): void; stop(): void }
export interface SessionParts {
  memory: Memory;
  queue: OfflineQueue;
  openStream?: (parts: StreamParts) => Stream;
  /** Practice: the conversation is given and must not be replaced by a new one. */
  onGone?: () => void;
}

const TOKEN = "conversation";
const PAGE = 200;
/** A draft that got neither a sentence nor its final words for so long was abandoned by the server. */
const DRAFT_MS = 90_000;

export class Session {
  #transcript: Transcript = EMPTY;
  #stream: Stream | null = null;
  #streamOf: string | null = null;
  #draftTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<(now: Transcript, before: Transcript) => void>();
  readonly #parts: SessionParts;
  readonly #sender: Sender;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#sender = new Sender({
      queue: parts.queue, conversation: () => this.#conversation(), listening: () => this.#transcript.link === "live" || this.#transcript.link === "connecting",
      fetchReplies: (token) => this.#catchUp(token), onGone: (token) => this.#gone(token),
      onChange: (pending) => this.#happen({ type: "pending", pending }),
    });
  }

  get transcript(): Transcript { return this.#transcript; }
  get #token(): string | null { return this.#parts.memory.get(TOKEN); }

  watch(listener: (now: Transcript, before: Transcript) => void): void { this.#listeners.add(listener); }

  async start(): Promise<void> {
    addEventListener("storage", this.#otherTab);
    addEventListener("online", this.#online);
    this.#sender.tell();
    if (this.#token) await this.#open(this.#token);
    else this.#happen({ type: "ready" });
    await this.#sender.flush();
  }

  stop(): void {
    removeEventListener("storage", this.#otherTab);
    removeEventListener("online", this.#online);
    clearTimeout(this.#draftTimer);
    this.#sender.stop();
    this.#closeStream();
  }

  say(text: string, button?: string): void {
    const words = text.trim();
    if (!words) return;
    if (button) this.#happen({ type: "pressed", button });
    this.#parts.queue.add({ id: newId(), text: words, ...(button ? { button } : {}) });
    this.#sender.tell();
    void this.#sender.flush();
  }

  retry(id: string): void {
    this.#parts.queue.retry(id);
    this.#sender.now();
  }

  discard(id: string): void {
    this.#parts.queue.remove(id);
    this.#sender.tell();
  }

  /** A code with which this conversation goes on in WeChat. Raises Problem. */
  async link(): Promise<LinkOffer> {
    const conversation = await this.#conversation();
    try {
      return await request<LinkOffer>("POST", "/api/v1/link", { conversation });
    } catch (error) {
      if (asProblem(error).status === 404) this.#gone(conversation);
      throw error;
    }
  }

  /** Nothing of this conversation stays on the device. */
  wipe(): void {
    this.#parts.queue.clear();
    this.#parts.memory.remove(TOKEN);
    this.#begin(S.wiped);
  }

  async #conversation(): Promise<string> {
    const known = this.#token;
    if (known) return known;
    const made = await request<{ conversation: string }>("POST", "/api/v1/conversations", {});
    this.#parts.memory.set(TOKEN, made.conversation);
    await this.#open(made.conversation);
    return made.conversation;
  }

  /** Loads what was said, then listens from there on. */
  async #open(token: string): Promise<void> {
    if (this.#streamOf === token) return;
    this.#closeStream();
    this.#streamOf = token;
    this.#happen({ type: "link", link: "connecting" });
    try {
      await this.#catchUp(token);
    } catch (error) {
      if ([404, 410].includes(asProblem(error).status)) return void this.#gone(token);
    }
    if (this.#streamOf !== token) return;
    this.#happen({ type: "ready" });
    const open = this.#parts.openStream ?? ((parts: StreamParts) => new EventStream(parts));
    this.#stream = open({
      url: () => `/api/v1/events?conversation=${encodeURIComponent(token)}&since=${lastSeq(this.#transcript)}`,
      onEvent: (event) => this.#receive(event),
      onLink: (link) => this.#linked(link),
      onRefused: () => this.#gone(token),
    });
    this.#stream.start();
  }

  async #catchUp(token: string): Promise<void> {
    for (;;) {
      const query = `conversation=${encodeURIComponent(token)}&since=${lastSeq(this.#transcript)}&limit=${PAGE}`;
      const { messages } = await request<{ messages: Message[] }>("GET", `/api/v1/messages?${query}`);
      if (this.#token !== token) return;
      for (const message of messages) this.#happen({ type: "message", message });
      if (messages.length < PAGE) return;
    }
  }

  #receive(event: ServerEvent): void {
    let data: unknown;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;  // half an event, cut by a proxy: the reconnect brings it whole
    }
    if (event.event === "message") this.#happen({ type: "message", message: data as Message });
    else if (event.event === "state") this.#happen({ type: "state", state: data as ConversationState });
    else if (event.event === "delta") this.#drafting({ type: "delta", delta: data as Delta });
    else if (event.event === "typing") this.#drafting({ type: "typing", turn: (data as { turn: string }).turn });
  }

  #drafting(event: Happening): void {
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#happen({ type: "quiet" }), DRAFT_MS);
    this.#happen(event);
  }

  #linked(link: Transcript["link"]): void {
    if (link !== "live") this.#happen({ type: "quiet" });
    this.#happen({ type: "link", link });
    if (link === "live") this.#sender.now();
  }

  /** The server knows this conversation no longer. What waits goes into a new one. */
  #gone(token: string | null): boolean {
    const current = this.#token;
    if (current && current !== token) {  // another tab has begun a new one already
      void this.#open(current);
      return true;
    }
    this.#parts.memory.remove(TOKEN);
    if (this.#parts.onGone) {
      this.stop();
      this.#parts.onGone();
      return false;
    }
    this.#parts.queue.forgetButtons();
    this.#begin(S.lostConversation);
    void this.#sender.flush();
    return true;
  }

  #begin(hint: string): void {
    this.#closeStream();
    this.#sender.forget();
    const before = this.#transcript;
    this.#transcript = { ...EMPTY, ready: true, hint };
    for (const tell of this.#listeners) tell(this.#transcript, before);
    this.#sender.tell();
  }

  #closeStream(): void {
    this.#streamOf = null;
    const stream = this.#stream;
    this.#stream = null;
    stream?.stop();
  }

  readonly #online = (): void => this.#sender.now();

  readonly #otherTab = (event: StorageEvent): void => {
    if (event.key === this.#parts.queue.storageKey) this.#sender.tell();
    if (event.key !== this.#parts.memory.key(TOKEN) && event.key !== null) return;
    const token = this.#token;
    if (token) void this.#open(token);
    else if (this.#streamOf) this.#begin("");  // the tab that did it says why
  };

  #happen(event: Happening): void {
    const before = this.#transcript;
    this.#transcript = reduce(before, event);
    if (event.type === "message" && event.message.client_id) this.#sender.echoed(event.message.client_id);
    for (const tell of this.#listeners) tell(this.#transcript, before);
  }
}
