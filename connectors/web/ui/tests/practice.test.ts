import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Memory, PlainStorage } from "../src/core/memory";
import { fen, yuanOf } from "../src/core/money";
import type { CaseInfo, Ending, Finished } from "../src/core/practice-wire";
import { defineComposer } from "../src/parts/composer";
import { defineMessageList } from "../src/parts/message-list";
import { face, secondsLeft, skewOf, Stopwatch, warningBetween } from "../src/practice/clock";
import { endingDraft, isEmpty, keepEnding, NO_ENDING } from "../src/practice/drafts";
import { EndForm } from "../src/practice/end-form";
import { ANY, choices, limits, matching } from "../src/practice/filters";
import { inOrder } from "../src/practice/home-view";
import { Notes } from "../src/practice/notes";
import { PracticePage } from "../src/practice/practice";
import { KEPT, Shelf } from "../src/practice/shelf";
import { P } from "../src/practice/strings";
import { resultView, TestDesk } from "../src/practice/test-desk";
import { points, trendView } from "../src/practice/trend";
import { DEBRIEF, message, settle } from "./make";

const button = (place: Element, words: string) => [...place.querySelectorAll("button")].find((one) => one.textContent === words)!;
const memory = () => new Memory(new PlainStorage(), "a.practice");
const info = (encounter: string) => ({ encounter, conversation: `c-${encounter}`, title: "胸痛", setting: "急诊", mode: "training" as const, minutes: null, started_at: "2026-11-22T08:00:00+08:00", ends_at: null });

describe("money", () => {
  it.each([["30.00", 3000], ["25.5", 2550], ["0", 0], ["1200", 120_000]])("reads %s", (words, amount) => expect(fen(words)).toBe(amount));
  it("writes whole yuan without a fraction, and refuses what is no amount", () => {
    expect([yuanOf(3000), yuanOf(2550), yuanOf(5)]).toEqual(["30", "25.50", "0.05"]);
    for (const words of ["", "-1", "1.234", "abc"]) expect(() => fen(words)).toThrow(RangeError);
  });
});

describe("filters", () => {
  const cases: CaseInfo[] = [
    { id: "a", title: "58 岁男性，胸痛", specialty: "急诊科", level: "easy", minutes: 15, goals: ["问清起病"] },
    { id: "b", title: "婴儿腹泻", specialty: "儿科", level: "hard", minutes: 10 },
  ];
  const found = (filter: object) => matching(cases, { ...ANY, ...filter }).map((one) => one.id);

  it("finds by words of the title, the specialty and the goals, all of them", () => {
    expect([found({ words: "胸痛" }), found({ words: "儿科" }), found({ words: "起病" }), found({ words: "胸痛 儿科" }), found({ words: "  " })]).toEqual([["a"], ["b"], ["a"], [], ["a", "b"]]);
  });
  it("finds by specialty, level and time together", () => {
    expect([found({ specialty: "急诊科" }), found({ level: "hard" }), found({ minutes: 10 }), found({ minutes: 10, level: "easy" })]).toEqual([["a"], ["b"], ["b"], []]);
  });
  it("offers only what divides the cases", () => {
    expect([choices(cases, "specialty"), limits(cases)]).toEqual([["急诊科", "儿科"], [10]]);
  });
});

describe("the clock", () => {
  const end = "2026-11-22T08:15:00+08:00";
  const at = (time: string) => new Date(`2026-11-22T${time}+08:00`).getTime();

  it("counts down to 0 and not further", () => {
    expect([secondsLeft(end, at("08:14:59")), secondsLeft(end, at("08:14:59.500")), secondsLeft(end, at("08:16:00"))]).toEqual([1, 1, 0]);
  });
  it("warns once at three minutes and once at one; a page that slept hears only the last", () => {
    expect([warningBetween(181, 180), warningBetween(180, 179), warningBetween(61, 60), warningBetween(400, 30), warningBetween(5, 0), warningBetween(Infinity, 170)]).toEqual([3, null, 1, 1, null, 3]);
  });
  it("shows minutes, and hours when there are any", () => expect([face(0), face(65), face(3700)]).toEqual(["0:00", "1:05", "1:01:40"]));
  it("goes by the server's time", () => expect([skewOf("2026-11-22T08:00:10+08:00", at("08:00:00")), skewOf(undefined, 5)]).toEqual([10_000, 0]));
  it("does not count pauses", () => {
    const watch = new Stopwatch(10, 0, true);
    watch.pause(5_000);
    expect(watch.seconds(60_000)).toBe(15);
    watch.resume(60_000);
    watch.resume(61_000);
    expect(watch.seconds(62_000)).toBe(17);
  });
});

describe("the shelf", () => {
  it("keeps several encounters apart and forgets a dropped one wholly", () => {
    const place = memory();
    const shelf = new Shelf(place);
    shelf.begin(info("one"));
    shelf.begin(info("two"));
    shelf.begin(info("one"));
    expect(shelf.open().map((one) => one.encounter)).toEqual(["one", "two"]);
    expect([shelf.of("one").get("conversation"), shelf.of("two").get("conversation")]).toEqual(["c-one", "c-two"]);
    keepEnding(shelf.of("one"), { ...NO_ENDING, diagnosis: "感冒" });
    shelf.drop("one");
    expect([shelf.open().length, shelf.of("one").get("conversation"), endingDraft(shelf.of("one")).diagnosis]).toEqual([1, null, ""]);
  });
  it("leaves nothing behind when a learner leaves a shared computer", () => {
    const place = memory();
    const shelf = new Shelf(place);
    shelf.begin(info("one"));
    shelf.finish({ encounter: "two", case: "", title: "", total: 1, max: 2, passed: true, ended_at: "" });
    shelf.clear();
    expect([shelf.open(), shelf.finished(), shelf.of("one").get("conversation")]).toEqual([[], [], null]);
  });
  it("keeps the last results only, each once, and survives what an older page wrote", () => {
    const place = memory();
    place.set("finished", "{broken");
    const shelf = new Shelf(place);
    const result = (encounter: string): Finished => ({ encounter, case: "", title: "", total: 1, max: 2, passed: true, ended_at: "" });
    for (let at = 0; at < KEPT + 5; at += 1) shelf.finish(result(String(at)));
    shelf.finish(result("20"));
    expect([shelf.finished().length, shelf.finished().at(-1)?.encounter, shelf.finished()[0]?.encounter]).toEqual([KEPT, "20", "5"]);
  });
});

describe("class tasks", () => {
  it("come as they can be done: open ones first, the nearest end before the rest", () => {
    const task = (id: string, state: "open" | "future" | "done", closes_at: string | null) => ({ id, case: "", title: "", class: "", mode: "exam" as const, opens_at: null, closes_at, minutes: null, attempts_left: null, state });
    const all = [task("done", "done", null), task("late", "open", "2026-11-30T08:00:00+08:00"), task("ever", "open", null), task("soon", "open", "2026-11-23T08:00:00+08:00"), task("future", "future", null)];
    expect(inOrder(all).map((one) => one.id)).toEqual(["soon", "late", "ever", "future", "done"]);
  });
});

describe("the end form", () => {
  const submit = (form: EndForm) => form.element.dispatchEvent(new Event("submit", { cancelable: true }));
  const field = (form: EndForm, label: string) => [...form.element.querySelectorAll("label")].find((one) => one.firstChild?.textContent === label)!.querySelector<HTMLTextAreaElement>("input, textarea")!;

  it("asks for a diagnosis before it submits, sends trimmed words, shows what went wrong", async () => {
    const sent: Ending[] = [];
    const form = new EndForm(memory(), async (ending) => { sent.push(ending); return "请稍后再试"; });
    document.body.replaceChildren(form.element);
    submit(form);
    expect([sent, form.element.querySelector(".error")?.textContent]).toEqual([[], P.end.needed]);
    field(form, P.end.diagnosis).value = " 心肌梗死 ";
    field(form, P.end.situation).value = " 胸痛两小时 ";
    submit(form);
    await settle();
    expect(sent).toEqual([{ ...NO_ENDING, diagnosis: "心肌梗死", sbar: { ...NO_ENDING.sbar, situation: "胸痛两小时" } }]);
    expect(form.element.querySelector(".error")?.textContent).toBe("请稍后再试");
  });

  it("comes back with every word after a reload", () => {
    const place = memory();
    const before = new EndForm(place, async () => "");
    field(before, P.end.plan).value = "立即心电图";
    field(before, P.end.recommendation).value = "每五分钟测血压";
    before.element.dispatchEvent(new Event("input"));
    const after = new EndForm(place, async () => "");
    expect([field(after, P.end.plan).value, field(after, P.end.recommendation).value]).toEqual(["立即心电图", "每五分钟测血压"]);
  });
});

describe("an ending", () => {
  it("is empty only without a single word", () => {
    expect([isEmpty(NO_ENDING), isEmpty({ ...NO_ENDING, plan: " " }), isEmpty({ ...NO_ENDING, sbar: { ...NO_ENDING.sbar, background: "高血压" } })]).toEqual([true, true, false]);
  });
});

describe("notes", () => {
  it("are sent when the pen leaves, and what could not be sent is kept and sent later", async () => {
    const place = memory();
    const sent: string[] = [];
    let broken = true;
    const save = async (text: string) => { if (broken) throw new Error("down"); sent.push(text); };
    const notes = new Notes(place, "", save);
    const words = notes.element.querySelector("textarea")!;
    words.value = "窜左臂";
    words.dispatchEvent(new Event("input"));
    await notes.flush();
    expect([sent, place.get("notes"), notes.element.textContent?.includes(P.notes.kept)]).toEqual([[], "窜左臂", true]);
    broken = false;
    new Notes(place, "", save);
    await settle();
    expect(sent).toEqual(["窜左臂"]);
  });
});

describe("the test desk", () => {
  const ecg = { id: "ecg", label: "心电图", text: "窦性心律", table: null, picture: null, minutes: 5, cost: "30.00" };
  const open = (order: (test: string) => Promise<typeof ecg[]>, place = memory()) => {
    const desk = new TestDesk(place, order);
    desk.fill([{ kind: "test", tests: [{ id: "ecg", label: "心电图" }, { id: "cbc", label: "血常规" }] }]);
    document.body.replaceChildren(desk.element);
    const search = desk.element.querySelector("input")!;
    return { desk, search, find: (words: string) => { search.value = words; search.dispatchEvent(new Event("input")); }, shown: () => [...desk.element.querySelectorAll<HTMLElement>(".catalogue li")].filter((row) => !row.hidden).length };
  };

  it("finds in the catalogue and orders once, adding cost and time", async () => {
    const asked: string[] = [];
    const place = memory();
    const { desk, find, shown } = open(async (test) => { asked.push(test); return [ecg]; }, place);
    find("心电");
    expect(shown()).toBe(1);
    desk.element.querySelector<HTMLElement>(".catalogue li:not([hidden]) button")!.click();
    await settle();
    expect(asked).toEqual(["ecg"]);
    expect(desk.element.textContent).toContain(P.desk.spent(1, "30", 5));
    expect(open(async () => [], place).desk.element.querySelectorAll(".result").length).toBe(1);
  });

  it("asks by the learner's own words what the catalogue does not list, and says when it is not known", async () => {
    const { desk, find } = open(async () => []);
    find("量子共振");
    desk.element.querySelector<HTMLElement>(".by-words")!.click();
    await settle();
    expect(desk.element.querySelector(".error")?.textContent).toBe(P.desk.unknown);
  });

  it("shows a table with named columns, and a picture only from the house", () => {
    const view = resultView({ ...ecg, table: [["项目", "结果"], ["白细胞", "11.2"]], picture: "https://elsewhere.example/x.png" });
    expect([view.querySelectorAll("thead th").length, view.querySelector("tbody th")?.textContent, view.querySelector("img")]).toEqual([2, "白细胞", null]);
    expect(resultView({ ...ecg, picture: "/api/v1/practice/pictures/ecg.png" }).querySelector("img")?.getAttribute("alt")).toBe(P.desk.picture("心电图"));
  });
});

describe("the trend", () => {
  it("draws from left to right, higher is better", () => {
    const [first, last] = points([0, 100]);
    expect(first![0]).toBeLessThan(last![0]);
    expect(first![1]).toBeGreaterThan(last![1]);
  });
  it("leads to every debrief, the newest first, and draws no line through one point", () => {
    const one = (encounter: string, total: number): Finished => ({ encounter, case: "", title: encounter, total, max: 50, passed: true, ended_at: "2026-11-22T08:00:00+08:00" });
    const view = trendView([one("a", 20), one("b", 30)]);
    expect([...view.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual(["#debrief=b", "#debrief=a"]);
    expect(view.querySelector("svg")?.getAttribute("aria-label")).toBe(P.me.trendAlt(2, 40, 60));
    expect(trendView([one("a", 20)]).querySelector("svg")).toBeNull();
  });
});

describe("the practice page", () => {
  let calls: [string, string, unknown, string | null][] = [];
  let ended = false;
  let exam: { mode: "exam"; minutes: number; ends_at: string } | object = {};
  beforeAll(() => { defineMessageList(); defineComposer(); customElements.define("xl-practice", PracticePage); });
  beforeEach(() => {
    [calls, ended, exam] = [[], false, {}];
    history.replaceState(null, "", "/practice");
    vi.stubGlobal("fetch", async (path: string, { method = "GET", body, headers }: RequestInit = {}) => {
      calls.push([method, path, body ? JSON.parse(String(body)) : null, (headers as Record<string, string>)["X-Learner"] ?? null]);
      if (path.includes("/events")) return new Response(new ReadableStream(), { status: 200 });
      const answer = answers(method, path);
      return new Response(JSON.stringify(answer ?? { title: "没有找到" }), { status: answer ? 200 : 404 });
    });
  });
  afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren(); });

  function answers(method: string, path: string): unknown {
    if (path.endsWith("/cases")) return { cases: [{ id: "chest", title: "胸痛", specialty: "急诊科", level: "easy", minutes: 15 }] };
    if (path.endsWith("/encounters")) return info("e1");
    if (path.endsWith("/join")) return { learner: "secret", class: { id: "k", name: "三班" } };
    if (path.endsWith("/me")) return { name: "陈晓雨", classes: [], board: false, trend: [], assignments: [] };
    if (/\/(pause|resume)$/.test(path)) return { paused: path.endsWith("/pause") };
    if (path.endsWith("/tests")) return { groups: [] };
    if (path.startsWith("/api/v1/messages")) return { messages: [message(1, { author: "sp", text: "胸口疼" })] };
    if (path.endsWith("/end")) { ended = true; return { debrief: DEBRIEF }; }
    if (path.endsWith("/debrief")) return { debrief: DEBRIEF, shown: { total: 40, max: 100, passed: false, waiting: 0 }, comment: null, overrides: [], reflection: "", transcript: [], labels: {} };
    if (method === "GET" && path.endsWith("/encounters/e1")) return { ...info("e1"), ...exam, case: "chest", paused: false, ended, notes: "", hints_used: 0, now: new Date().toISOString(), seconds: 3 };
    return undefined;
  }
  const open = (place = memory()) => {
    const page = new PracticePage();
    document.body.replaceChildren(page);
    page.begin(place);
    return page;
  };
  const appears = (page: HTMLElement, selector: string) => vi.waitFor(() => expect(page.querySelector(selector)).not.toBeNull());

  it("begins, is left and taken up again, ends once, and shows the debrief", async () => {
    const place = memory();
    const page = open(place);
    await appears(page, ".case");
    page.querySelector<HTMLElement>(".case .first")!.click();
    await appears(page, ".room");
    expect(calls.find(([method, path]) => method === "POST" && path.endsWith("/encounters"))?.[2]).toEqual({ case: "chest", mode: "training", counter: false });
    await vi.waitFor(() => expect(page.querySelector(".words")?.textContent).toBe("胸口疼"));
    page.querySelector<HTMLElement>(".room-head .quiet")!.click();
    await appears(page, ".going .first");
    page.querySelector<HTMLElement>(".going .first")!.click();
    await appears(page, ".room");
    page.querySelector<HTMLElement>(".tab.end")!.click();
    page.querySelector<HTMLInputElement>(".end-form input")!.value = "心梗";
    page.querySelector(".end-form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await appears(page, ".debrief-view");
    expect(page.querySelector(".total")?.textContent).toContain("40 / 100");
    expect(new Shelf(place).open()).toEqual([]);
    expect(calls.filter(([, path]) => path.endsWith("/end")).length).toBe(1);
  });

  const inRoom = (place: Memory, seconds: number) => {
    exam = { mode: "exam", minutes: 15, ends_at: new Date(Date.now() + seconds * 1000).toISOString() };
    new Shelf(place).begin({ ...info("e1"), ...exam });
    history.replaceState(null, "", "/practice#room=e1");
    return open(place);
  };

  it("hands in by itself what stands in the form when an exam is over, once", async () => {
    const place = memory();
    keepEnding(new Shelf(place).of("e1"), { ...NO_ENDING, diagnosis: "心肌梗死" });
    const page = inRoom(place, 0.4);
    await appears(page, ".room.exam");
    await appears(page, ".debrief-view");
    expect(calls.filter(([, path]) => path.endsWith("/end")).map(([, , body]) => (body as Ending).diagnosis)).toEqual(["心肌梗死"]);
  });

  it("warns in an exam's last minutes, and offers neither hint nor pause", async () => {
    const page = inRoom(memory(), 170);
    await appears(page, ".room.exam");
    expect([page.querySelector(".banner")?.textContent, page.querySelector<HTMLElement>(".timer")?.dataset["tone"]]).toEqual([P.room.soon(3), "soon"]);
    expect([page.querySelector(".ask-hint"), page.querySelector(".pause")]).toEqual([null, null]);
  });

  it("asks before an exam is handed in early", async () => {
    const page = inRoom(memory(), 600);
    await appears(page, ".room.exam");
    page.querySelector<HTMLInputElement>(".end-form input")!.value = "心梗";
    page.querySelector(".end-form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await appears(page, "dialog");
    button(page, P.cancel).click();
    await settle();
    expect(calls.some(([, path]) => path.endsWith("/end"))).toBe(false);
    page.querySelector(".end-form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await appears(page, "dialog");
    button(page, P.end.sureYes).click();
    await appears(page, ".debrief-view");
  });

  it("stops the clock and covers the talk in a pause", async () => {
    const place = memory();
    new Shelf(place).begin(info("e1"));
    history.replaceState(null, "", "/practice#room=e1");
    const page = open(place);
    await appears(page, ".pause");
    page.querySelector<HTMLElement>(".pause")!.click();
    await vi.waitFor(() => expect(page.querySelector(".veil")?.textContent).toContain(P.room.paused));
    expect([calls.at(-1)?.[1].endsWith("/pause"), page.querySelector(".panel.talk")?.hasAttribute("inert")]).toEqual([true, true]);
    page.querySelector<HTMLElement>(".veil button")!.click();
    await vi.waitFor(() => expect(page.querySelector(".veil")?.hasAttribute("hidden")).toBe(true));
    expect(page.querySelector(".panel.talk")?.hasAttribute("inert")).toBe(false);
  });

  it("goes to the debrief when the encounter was ended at another device", async () => {
    const place = memory();
    new Shelf(place).begin(info("e1"));
    ended = true;
    history.replaceState(null, "", "/practice#room=e1");
    const page = open(place);
    await appears(page, ".debrief-view");
    expect(location.hash).toBe("#debrief=e1");
  });

  it("says that an encounter is gone", async () => {
    const place = memory();
    new Shelf(place).begin(info("unknown"));
    history.replaceState(null, "", "/practice#room=unknown");
    const page = open(place);
    await vi.waitFor(() => expect(page.querySelector(".hint")?.textContent).toBe(P.gone));
    expect(new Shelf(place).open()).toEqual([]);
  });

  it("joins a class with a code as it was dictated, and sends the learner's secret from then on", async () => {
    history.replaceState(null, "", "/practice#me");
    const page = open();
    await appears(page, ".join");
    const [code, name] = page.querySelectorAll<HTMLInputElement>(".join input");
    [code!.value, name!.value] = ["k7mp 4w-qx", "陈晓雨"];
    page.querySelector(".join")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await vi.waitFor(() => expect(page.querySelector(".hint")?.textContent).toBe(P.me.joined("三班")));
    expect(calls.find(([, path]) => path.endsWith("/join"))?.[2]).toEqual({ code: "K7MP4WQX", name: "陈晓雨" });
    expect(calls.find(([, path]) => path.endsWith("/me"))?.[3]).toBe("secret");
  });
});
