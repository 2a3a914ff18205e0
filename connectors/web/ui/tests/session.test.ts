import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Memory, PlainStorage } from "../src/core/memory";
import { OfflineQueue } from "../src/core/queue";
import { Session } from "../src/core/session";
import type { StreamParts } from "../src/core/stream";
import { S } from "../src/strings";
import { message, settle } from "./make";

type Sent = { path: string; body: Record<string, string> };

/** A gateway that can be down, forget conversations or refuse. */
function gateway() {
  const sent: Sent[] = [];
  const house = { sent, down: false, known: new Set<string>(), made: 0, refuse: 0, history: [] as ReturnType<typeof message>[], accepted: () => sent.filter((one) => one.path === "/api/v1/messages").map((one) => one.body) };
  const reply = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (house.down) throw new TypeError("network");
    if (path === "/api/v1/conversations") { house.known.add(`k${++house.made}`); return reply(201, { conversation: `k${house.made}` }); }
    if (init.method === "GET") {
      const query = new URLSearchParams(path.split("?")[1]);
      if (!house.known.has(query.get("conversation") ?? "")) return reply(404, { title: "没有这个会话" });
      return reply(200, { messages: house.history.filter((one) => one.seq > Number(query.get("since"))) });
    }
    const body = JSON.parse(String(init.body)) as Record<string, string>;
    if (!house.known.has(body["conversation"] ?? "")) return reply(404, { title: "没有这个会话" });
    if (house.refuse) return reply(house.refuse, { title: "太长了" });
    sent.push({ path, body });
    return reply(202, { conversation: body["conversation"], id: body["id"] });
  });
  return house;
}

function page(device: PlainStorage, token?: string) {
  const memory = new Memory(device, "a");
  if (token) memory.set("conversation", token);
  const streams: StreamParts[] = [];
  const session = new Session({ memory, queue: new OfflineQueue(memory),
    openStream: (parts) => { streams.push(parts); return { start: () => parts.onLink("live"), stop: () => undefined }; } });
  return { session, memory, streams };
}

describe("Session", () => {
  let house: ReturnType<typeof gateway>;
  beforeEach(() => { house = gateway(); });
  afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers(); });

  it("asks for a code of its own conversation, made when there is none, and begins anew when it is gone", async () => {
    const { session, memory } = page(new PlainStorage());
    await session.start();
    await session.link();
    expect(house.sent).toEqual([{ path: "/api/v1/link", body: { conversation: "k1" } }]);
    house.known.clear();
    await expect(session.link()).rejects.toMatchObject({ status: 404 });
    expect(memory.get("conversation")).toBeNull();
    session.stop();
  });

  it("makes no conversation before the first word, then one", async () => {
    const { session, memory } = page(new PlainStorage());
    await session.start();
    expect(house.made).toBe(0);
    session.say(" 你好 ");
    session.say("挂号");
    await settle();
    expect(house.made).toBe(1);
    expect(memory.get("conversation")).toBe("k1");
    expect(house.accepted().map((one) => one["text"])).toEqual(["你好", "挂号"]);
    session.stop();
  });

  it("shows own words at once, as sent when taken, and once when the echo comes", async () => {
    house.known.add("k");
    const { session, streams } = page(new PlainStorage(), "k");
    await session.start();
    session.say("你好");
    expect(session.transcript.pending[0]?.status).toBe("sending");
    await settle();
    expect(session.transcript.pending[0]?.status).toBe("sent");
    const echo = message(1, { author: "patient", client_id: house.accepted()[0]!["id"]! });
    streams[0]!.onEvent({ event: "message", id: "1", data: JSON.stringify(echo) });
    expect(session.transcript.pending).toEqual([]);
    expect(session.transcript.messages).toHaveLength(1);
    session.stop();
  });

  it("keeps what could not be sent through a closed tab and sends it in order under the same ids", async () => {
    const device = new PlainStorage();
    house.known.add("k");
    house.down = true;
    const first = page(device, "k");
    await first.session.start();
    first.session.say("一");
    first.session.say("二");
    await settle();
    const ids = first.session.transcript.pending.map((one) => one.id);
    expect(first.session.transcript.pending.map((one) => one.status)).toEqual(["unsent", "unsent"]);
    first.session.stop();
    house.down = false;
    const second = page(device);
    await second.session.start();
    await settle();
    expect(house.accepted().map((one) => [one["id"], one["text"]])).toEqual([[ids[0], "一"], [ids[1], "二"]]);
    second.session.stop();
  });

  it("begins a new conversation when the old one is unknown, and says so", async () => {
    const { session, memory } = page(new PlainStorage(), "forgotten");
    await session.start();
    expect(session.transcript.hint).toBe(S.lostConversation);
    session.say("是", "old-button");
    await settle();
    expect(memory.get("conversation")).toBe("k1");
    session.stop();
  });

  it("turns a waiting button of a forgotten conversation into its words", async () => {
    const device = new PlainStorage();
    new OfflineQueue(new Memory(device, "a")).add({ id: "c", text: "已服", button: "b9" });
    const { session } = page(device, "forgotten");
    await session.start();
    await settle();
    expect(house.accepted()).toEqual([{ conversation: "k1", id: "c", text: "已服" }]);
    session.stop();
  });

  it("does not make conversation after conversation when every one is unknown", async () => {
    house.known.add = () => house.known;  // the server forgets at once
    const { session } = page(new PlainStorage());
    await session.start();
    session.say("你好");
    await settle();
    expect(house.made).toBeLessThan(4);
    expect(session.transcript.pending[0]?.text).toBe("你好");
    session.stop();
  });

  it("shows a refusal with its reason, goes on with the next, and discards on wish", async () => {
    house.known.add("k");
    const { session } = page(new PlainStorage(), "k");
    await session.start();
    house.refuse = 422;
    session.say("长");
    await settle();
    expect(session.transcript.pending[0]).toMatchObject({ status: "failed", problem: "太长了" });
    house.refuse = 0;
    session.say("短");
    await settle();
    expect(house.accepted().map((one) => one["text"])).toEqual(["短"]);
    session.discard(session.transcript.pending.find((one) => one.status === "failed")!.id);
    expect(session.transcript.pending.some((one) => one.status === "failed")).toBe(false);
    session.stop();
  });

  it("loads the history and resumes the stream after it", async () => {
    house.known.add("k");
    house.history = [message(1), message(2)];
    const { session, streams } = page(new PlainStorage(), "k");
    await session.start();
    expect(session.transcript.messages.map((one) => one.seq)).toEqual([1, 2]);
    expect(streams[0]!.url()).toContain("since=2");
    session.stop();
  });

  it("joins the new conversation another tab has begun instead of making a third", async () => {
    const device = new PlainStorage();
    const { session, memory, streams } = page(device, "k");
    house.known.add("k");
    await session.start();
    house.known.clear();
    house.known.add("fresh");
    memory.set("conversation", "fresh");  // by the other tab
    streams[0]!.onRefused(404);
    session.say("你好");
    await settle();
    expect([memory.get("conversation"), house.made]).toEqual(["fresh", 0]);
    expect(house.accepted()[0]).toMatchObject({ conversation: "fresh", text: "你好" });
    session.stop();
  });

  it("leaves nothing on the device after wiping, also in the other tab", async () => {
    house.known.add("k");
    house.history = [message(1)];
    const device = new PlainStorage();
    const one = page(device, "k");
    const other = page(device);
    await one.session.start();
    await other.session.start();
    one.session.wipe();
    expect([one.memory.get("conversation"), one.memory.get("queue")]).toEqual([null, null]);
    dispatchEvent(new StorageEvent("storage", { key: other.memory.key("conversation") }));
    expect(other.session.transcript.messages).toEqual([]);
    one.session.stop();
    other.session.stop();
  });
});
