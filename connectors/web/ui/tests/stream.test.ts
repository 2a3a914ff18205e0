import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff, EventStream, SILENCE_MS, type Link } from "../src/core/stream";

/** A server whose connections the test opens, feeds and cuts. */
function server() {
  const asked: string[] = [];
  const lines: ReadableStreamDefaultController<Uint8Array>[] = [];
  let status = 200;
  const fetch = async (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    asked.push(String(url));
    if (status !== 200) return new Response("", { status });
    const body = new ReadableStream<Uint8Array>({ start: (line) => {
      lines.push(line);
      init?.signal?.addEventListener("abort", () => { try { line.error(new Error("aborted")); } catch { /* closed before */ } });
    } });
    return new Response(body, { status: 200 });
  };
  return { asked, fetch: fetch as typeof globalThis.fetch, refuse: (code: number) => { status = code; },
    say: (text: string) => lines[lines.length - 1]!.enqueue(new TextEncoder().encode(text)), cut: () => lines[lines.length - 1]!.close() };
}

function open(house: ReturnType<typeof server>) {
  const links: Link[] = [];
  const refused: number[] = [];
  let seen = 0;
  const stream = new EventStream({ url: () => `/e?since=${seen}`, fetch: house.fetch, onLink: (link) => links.push(link),
    onEvent: (event) => { seen = Number(event.id); }, onRefused: (status) => refused.push(status) });
  stream.start();
  return { stream, links, refused };
}

describe("EventStream", () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });
  const tick = (ms = 1) => vi.advanceTimersByTimeAsync(ms);

  it("comes back after a cut and resumes after the last message seen", async () => {
    const house = server();
    const { stream, links } = open(house);
    await tick();
    house.say("id: 5\nevent: message\ndata: {}\n\n");
    await tick();
    house.cut();
    await tick(1_100);
    expect(house.asked).toEqual(["/e?since=0", "/e?since=5"]);
    expect(links).toEqual(["connecting", "live", "lost", "live"]);
    stream.stop();
  });

  it("notices a line that is open but dead", async () => {
    const house = server();
    const { stream, links } = open(house);
    await tick(SILENCE_MS + 7_000);
    expect(links.slice(0, 3)).toEqual(["connecting", "live", "lost"]);
    expect(house.asked.length).toBeGreaterThan(1);
    stream.stop();
  });

  it("stays on the line while the server pings", async () => {
    const house = server();
    const { stream } = open(house);
    for (let i = 0; i < 8; i++) { await tick(15_000); house.say(": ping\n\n"); }
    expect(house.asked).toHaveLength(1);
    stream.stop();
  });

  it("stops for good when the conversation is unknown", async () => {
    const house = server();
    house.refuse(404);
    const { refused } = open(house);
    await tick(120_000);
    expect(refused).toEqual([404]);
    expect(house.asked).toHaveLength(1);
  });

  it("tries again at a server error, ever slower, up to 30 s", async () => {
    const house = server();
    house.refuse(503);
    const { stream } = open(house);
    await tick(300_000);
    expect(house.asked.length).toBeGreaterThan(8);
    expect(house.asked.length).toBeLessThan(40);
    stream.stop();
    expect([0, 1, 2, 20].map((attempt) => backoff(attempt, 1))).toEqual([1_000, 2_000, 4_000, 30_000]);
  });

  it("tries at once when the network is back", async () => {
    const house = server();
    house.refuse(503);
    const { stream, links } = open(house);
    await tick(20_000);
    house.refuse(200);
    dispatchEvent(new Event("online"));
    await tick();
    expect(links[links.length - 1]).toBe("live");
    stream.stop();
  });
});
