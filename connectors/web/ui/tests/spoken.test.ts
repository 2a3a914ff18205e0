import { describe, expect, it, vi } from "vitest";
import { Announcer, speak } from "../src/core/announcer";
import { statusOf } from "../src/core/status";
import { waited } from "../src/core/time";
import { EMPTY, reduce, type Happening, type Transcript } from "../src/core/transcript";
import { S } from "../src/strings";
import { message } from "./make";

function listen(start: Transcript, ...events: Happening[]): string[] {
  const announcer = new Announcer();
  const heard: string[] = [];
  let before = start;
  for (const event of events) {
    const now = reduce(before, event);
    heard.push(...announcer.news(now, before));
    before = now;
  }
  return heard;
}
const READY = { ...EMPTY, ready: true };

describe("what a screen reader hears", () => {
  it("each sentence once, although the final words repeat them", () => {
    const heard = listen(READY, { type: "typing", turn: "t" }, { type: "delta", delta: { turn: "t", index: 0, text: "一。" } },
      { type: "delta", delta: { turn: "t", index: 1, text: "二。" } }, { type: "message", message: message(1, { turn: "t", text: "一。二。三。" }) });
    expect(heard).toEqual(["杏林助手：一。", "二。", "杏林助手：三。"]);
  });

  it("the whole answer when it differs from what was composed", () => {
    const heard = listen(READY, { type: "delta", delta: { turn: "t", index: 0, text: "一。" } }, { type: "message", message: message(1, { turn: "t", text: "改了。" }) });
    expect(heard).toEqual(["杏林助手：一。", "杏林助手：改了。"]);
  });

  it("nothing of the history", () => {
    expect(listen(EMPTY, { type: "message", message: message(1) }, { type: "ready" })).toEqual([]);
  });

  it("已发送 once, and the choices of a question", () => {
    const heard = listen(READY, { type: "pending", pending: [{ id: "c", text: "好", status: "sending" }] }, { type: "pending", pending: [{ id: "c", text: "好", status: "sent" }] },
      { type: "message", message: message(1, { author: "patient", client_id: "c" }) }, { type: "message", message: message(2, { text: "对吗？", buttons: [{ id: "1", label: "对" }, { id: "2", label: "不对" }] }) });
    expect(heard).toEqual([S.send.sent, "杏林助手：对吗？", "可选：对、不对"]);
  });

  it("from a region that does not grow without end", () => {
    vi.useFakeTimers();
    const region = document.createElement("div");
    for (let i = 0; i < 50; i++) speak(region, [`${i}`]);
    expect(region.children.length).toBe(50);  // one taken out at once is never heard
    vi.advanceTimersByTime(60_000);
    speak(region, ["last"]);
    expect([...region.children].map((line) => line.textContent)).toEqual(["last"]);
    vi.useRealTimers();
  });
});

describe("the state line", () => {
  const handoff = (status: "requested" | "accepted", nurse: string | null, ahead: number): Transcript =>
    ({ ...READY, link: "live", state: { mode: "handoff", handoff: { id: "h", status, nurse, ahead } } });

  it("says who is there", () => {
    expect(statusOf({ ...READY, link: "live" }).text).toBe("机器人值班");
    expect(statusOf(handoff("requested", null, 3)).text).toBe("正在为您转人工，前面还有 3 位");
    expect(statusOf(handoff("requested", null, 0)).text).toBe(S.status.nextOne);
    expect(statusOf(handoff("accepted", "王敏", 0)).text).toBe("护士王敏正在接待");
    expect(statusOf(handoff("accepted", "护士王敏", 0)).text).toBe("护士王敏正在接待");
    expect(statusOf(handoff("accepted", null, 0)).text).toBe(S.status.someNurse);
  });

  it("owns up to a broken line, and counts what is kept", () => {
    const lost = statusOf({ ...handoff("accepted", "王敏", 0), link: "lost", pending: [{ id: "c", text: "好", status: "unsent" }] });
    expect([lost.text, lost.more, lost.tone]).toEqual([S.status.lost, "1 条未发送，会自动重试", "lost"]);
  });
});

describe("waiting time", () => {
  const since = "2026-11-21T08:00:00+08:00";
  const after = (seconds: number) => waited(since, Date.parse(since) + seconds * 1000);
  it("reads as people say it", () => {
    expect([after(45), after(200), after(3_900), after(-90)]).toEqual(["45 秒", "3 分 20 秒", "1 小时 5 分", "0 秒"]);
  });
});
