import { describe, expect, it } from "vitest";
import { EMPTY, lastSeq, readable, reduce, type Happening, type Transcript } from "../src/core/transcript";
import { message } from "./make";

const play = (...events: Happening[]): Transcript => events.reduce(reduce, EMPTY);

describe("transcript", () => {
  it("keeps each message once, however often it is replayed", () => {
    const now = play(...[1, 2, 2, 1, 3].map((seq): Happening => ({ type: "message", message: message(seq) })));
    expect(now.messages.map((one) => one.seq)).toEqual([1, 2, 3]);
  });

  it("puts a late one where it belongs", () => {
    const now = play(...[1, 4, 2, 3].map((seq): Happening => ({ type: "message", message: message(seq) })));
    expect(now.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4]);
    expect(lastSeq(now)).toBe(4);
  });

  it("replaces the sentences by the final words of the same turn", () => {
    const drafted = play({ type: "typing", turn: "t" }, { type: "delta", delta: { turn: "t", index: 0, text: "一。" } }, { type: "delta", delta: { turn: "t", index: 1, text: "二。" } });
    expect(readable(drafted.draft!)).toEqual(["一。", "二。"]);
    const done = reduce(drafted, { type: "message", message: message(1, { turn: "t" }) });
    expect(done.draft).toBeNull();
  });

  it("does not let the person's own echo of the turn end the draft", () => {
    const now = play({ type: "typing", turn: "t" }, { type: "message", message: message(1, { turn: "t", author: "patient" }) });
    expect(now.draft?.turn).toBe("t");
  });

  it("ignores sentences and dots that come after their final words", () => {
    const now = play({ type: "message", message: message(1, { turn: "t" }) }, { type: "delta", delta: { turn: "t", index: 0, text: "迟到。" } }, { type: "typing", turn: "t" });
    expect(now.draft).toBeNull();
  });

  it("shows a draft only up to its first hole, and a repeated sentence once", () => {
    const now = play(...[0, 0, 2].map((index): Happening => ({ type: "delta", delta: { turn: "t", index, text: `${index}。` } })));
    expect(readable(now.draft!)).toEqual(["0。"]);
  });

  it("drops the pending words when their echo comes, in either order", () => {
    const pending: Happening = { type: "pending", pending: [{ id: "c1", text: "你好", status: "sent" }] };
    const echo: Happening = { type: "message", message: message(1, { author: "patient", client_id: "c1" }) };
    expect(play(pending, echo).pending).toEqual([]);
    expect(play(echo, pending).pending).toEqual([]);
    expect(play(pending).pending).toHaveLength(1);
  });
});
