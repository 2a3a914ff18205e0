import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Medium } from "../src/core/wire";
import { MediaStrip } from "../src/desk/media-strip";
import { S } from "../src/strings";

const medium = (id: string, part: Partial<Medium> = {}): Medium =>
  ({ id, kind: "image", status: "stored", type: "image/jpeg", size: 9, at: "2026-11-21T16:00:00+08:00", ...part });

describe("what a patient sent", () => {
  let answers: (Medium[] | Error)[] = [];
  let asked: string[] = [];
  let strip: MediaStrip;
  const text = () => strip.element.textContent;

  beforeEach(() => {
    vi.useFakeTimers();
    [answers, asked] = [[], []];
    strip = new MediaStrip((handoff) => {
      asked.push(handoff);
      const next = answers.shift() ?? [];
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    }, (id) => `/files/${id}`);
  });
  afterEach(() => vi.useRealTimers());

  it("is not in the way when there is nothing", async () => {
    await strip.follow("h1");
    expect(strip.element.hidden).toBe(true);
  });

  it("loads a picture only when the nurse asks, and names it", async () => {
    answers = [[medium("a")]];
    await strip.follow("h1");
    expect(strip.element.querySelector("img")).toBeNull();
    strip.element.querySelector("button")!.click();
    const picture = strip.element.querySelector("img")!;
    expect([picture.getAttribute("src"), picture.alt]).toEqual(["/files/a", "图片 16:00"]);
    picture.dispatchEvent(new Event("error"));
    expect(text()).toContain(S.desk.media.failed);
  });

  it("gives other files to save, and never as a picture", async () => {
    answers = [[medium("v", { kind: "voice", type: "audio/amr" }), medium("s", { kind: "image", type: null })]];
    await strip.follow("h1");
    const links = [...strip.element.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.hasAttribute("download")]);
    expect(links).toEqual([["/files/v", true], ["/files/s", true]]);
    expect(strip.element.querySelector("button")).toBeNull();
  });

  it("says why a file is not there", async () => {
    answers = [(["pending", "refused", "lost"] as const).map((status) => medium(status, { status, type: null }))];
    await strip.follow("h1");
    for (const words of Object.values(S.desk.media.status)) expect(text()).toContain(words);
    expect(strip.element.querySelector("a, button")).toBeNull();
  });

  it("looks again while something is on its way, and keeps an open picture meanwhile", async () => {
    answers = [[medium("a"), medium("b", { status: "pending" })], [medium("a"), medium("b", { status: "pending" })], [medium("a"), medium("b")]];
    await strip.follow("h1");
    strip.element.querySelector("button")!.click();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked.length, strip.element.querySelectorAll("img").length]).toEqual([2, 1]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked.length, strip.element.querySelectorAll("a").length]).toEqual([3, 2]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(3);
  });

  it("tries again after a failure", async () => {
    answers = [new Error("down"), [medium("a")]];
    await strip.follow("h1");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(strip.element.querySelectorAll("a").length).toBe(1);
  });

  it("shows nothing of one patient under another", async () => {
    answers = [[medium("a")]];
    await strip.follow("h1");
    let late: (found: Medium[]) => void = () => undefined;
    const slow = new MediaStrip(() => new Promise((resolve) => { late = resolve; }), (id) => id);
    const first = slow.follow("h1");
    const answerFirst = late;
    void slow.follow("h2");
    answerFirst([medium("secret")]);
    await first;
    expect(slow.element.children.length).toBe(0);
    void strip.follow("h2");
    expect(strip.element.children.length).toBe(0);
    await strip.follow(null);
    expect([strip.element.hidden, asked]).toEqual([true, ["h1", "h2"]]);
  });
});
