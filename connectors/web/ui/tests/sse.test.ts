import { describe, expect, it } from "vitest";
import { SseParser } from "../src/core/sse";

const WIRE = ": ping\n\nid: 7\nevent: message\ndata: {\"a\":\ndata: 1}\n\r\nevent: typing\r\ndata:{}\r\n\r\n";

describe("SseParser", () => {
  it("reads fields, comments and several data lines", () => {
    expect(new SseParser().feed(WIRE)).toEqual([
      { event: "message", data: '{"a":\n1}', id: "7" }, { event: "typing", data: "{}", id: null }]);
  });

  it("gives the same events wherever the chunks break", () => {
    const whole = new SseParser().feed(WIRE);
    for (let cut = 1; cut < WIRE.length; cut++) {
      const parser = new SseParser();
      expect([...parser.feed(WIRE.slice(0, cut)), ...parser.feed(WIRE.slice(cut))]).toEqual(whole);
    }
  });

  it("holds back an event that is not finished, and one without data", () => {
    const parser = new SseParser();
    expect(parser.feed("data: 半")).toEqual([]);
    expect(parser.feed("句\n\nevent: x\n\n")).toEqual([{ event: "message", data: "半句", id: null }]);
  });
});
