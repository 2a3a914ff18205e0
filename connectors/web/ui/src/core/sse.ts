/** Server-sent events, parsed by the rules of the HTML standard (§9.2.6). Pure: text in, events out. */

export interface ServerEvent { event: string; data: string; id: string | null }

export class SseParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | null = null;

  /** Chunks may break anywhere, even between CR and LF. */
  feed(chunk: string): ServerEvent[] {
    const done: ServerEvent[] = [];
    this.#rest += chunk;
    for (;;) {
      const end = this.#rest.search(/[\r\n]/);
      if (end < 0) break;
      const carriage = this.#rest[end] === "\r";
      if (carriage && end === this.#rest.length - 1) break;  // its LF may come with the next chunk
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + (carriage && this.#rest[end + 1] === "\n" ? 2 : 1));
      const event = this.#line(line);
      if (event) done.push(event);
    }
    return done;
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    const empty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    this.#id = null;
    return empty ? null : event;
  }
}
