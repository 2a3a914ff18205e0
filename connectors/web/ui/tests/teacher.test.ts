import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Memory, PlainStorage } from "../src/core/memory";
import type { EncounterDetail, EncounterRow, NewAssignment } from "../src/core/practice-wire";
import { assignForm } from "../src/teacher/assign-form";
import { blindForm } from "../src/teacher/blind-form";
import { grouped } from "../src/teacher/encounter-list";
import { EncounterView } from "../src/teacher/encounter-view";
import { itemsView, leastAsked } from "../src/teacher/items-view";
import { kappaView } from "../src/teacher/kappa-view";
import { overrideTool } from "../src/teacher/override-form";
import { T } from "../src/teacher/strings";
import { TeacherPage } from "../src/teacher/teacher";
import { fromLocal, trouble } from "../src/teacher/window";
import { DEBRIEF, settle } from "./make";

const submit = (form: Element) => form.dispatchEvent(new Event("submit", { cancelable: true }));
const button = (place: Element, words: string) => [...place.querySelectorAll("button")].find((one) => one.textContent === words)!;
const DETAIL: EncounterDetail = { encounter: "e1", learner: "李想", case: "chest", title: "胸痛", mode: "exam", ended: true, marked: false, debrief: DEBRIEF, shown: { total: 40, max: 100, passed: false, waiting: 0 },
  comment: null, overrides: [], reflection: "", transcript: [{ turn: 0, said: "哪里疼？", answer: "胸口。", at: "2026-11-22T08:00:00+08:00", sentences: [{ text: "胸口。", items: ["site"] }], asked: ["site"], ordered: [] }], labels: { site: "部位" } };

describe("the window of an assignment", () => {
  it("is Beijing time, wherever the teacher's computer believes to be", () => {
    expect([fromLocal("2026-11-24T08:00"), fromLocal("")]).toEqual(["2026-11-24T08:00:00+08:00", null]);
  });
  it("must end after it begins and after now", () => {
    const now = new Date("2026-11-22T08:00:00+08:00").getTime();
    const at = (day: number) => `2026-11-${day}T08:00:00+08:00`;
    expect([trouble(null, null, now), trouble(at(23), at(24), now), trouble(at(25), at(24), now), trouble(null, at(21), now)]).toEqual([null, null, "order", "past"]);
  });
});

describe("assigning", () => {
  const CASES = [{ id: "chest", title: "胸痛", specialty: "急诊科", level: "easy", minutes: 15 }, { id: "cough", title: "咳嗽", specialty: "呼吸内科", level: "easy", minutes: 10 }];
  function form(given: NewAssignment[], fails = false) {
    const one = assignForm(CASES, async (task) => { if (fails) throw new Error("down"); given.push(task); }, () => new Date("2026-11-22T08:00:00+08:00").getTime());
    document.body.replaceChildren(one);
    const [opens, closes] = one.querySelectorAll<HTMLInputElement>("input[type=datetime-local]");
    const [attempts, minutes] = one.querySelectorAll<HTMLInputElement>("input[type=number]");
    return { one, which: one.querySelector("select")!, opens: opens!, closes: closes!, attempts: attempts!, minutes: minutes! };
  }

  it("suggests the case's own time and sends empty fields as no limit", async () => {
    const given: NewAssignment[] = [];
    const { one, which, closes, attempts, minutes } = form(given);
    expect([minutes.value, attempts.value]).toEqual(["15", "1"]);
    which.value = "cough";
    which.dispatchEvent(new Event("change"));
    expect(minutes.value).toBe("10");
    [attempts.value, closes.value] = ["", "2026-11-24T20:00"];
    submit(one);
    await settle();
    expect(given).toEqual([{ case: "cough", mode: "exam", opens_at: null, closes_at: "2026-11-24T20:00:00+08:00", attempts: null, minutes: 10 }]);
  });

  it("sends nothing that could never be done, and says what went wrong", async () => {
    const given: NewAssignment[] = [];
    const { one, opens, closes } = form(given);
    [opens.value, closes.value] = ["2026-11-25T08:00", "2026-11-24T08:00"];
    submit(one);
    expect([given, one.querySelector("[role=status]")?.textContent]).toEqual([[], T.assign.order]);
    const broken = form([], true).one;
    submit(broken);
    await settle();
    expect(broken.querySelector("[role=status]")?.textContent).toBe(T.failed);
  });
});

describe("the list of encounters", () => {
  it("puts running ones apart, who spoke last first", () => {
    const row = (id: string, last_at: string, ended: boolean): EncounterRow => ({ id, learner: id, case: "", title: "", mode: "exam", turns: 1, started_at: last_at, last_at, ended, total: null, max: null });
    const { running, ended } = grouped([row("a", "2026-11-22T08:00:00+08:00", false), row("b", "2026-11-22T00:30:00Z", false), row("c", "2026-11-22T07:00:00+08:00", true)]);
    expect([running.map((one) => one.id), ended.map((one) => one.id)]).toEqual([["b", "a"], ["c"]]);
  });
});

describe("blind marking", () => {
  const QUESTIONS = [{ item: "onset", part: "病史采集", label: "问起病" }, { item: "sweat", part: "危险信号", label: "问出汗" }];
  it("can be handed in only when every item is judged", async () => {
    const sent: unknown[] = [];
    const form = blindForm(QUESTIONS, async (marks) => { sent.push(marks); }, () => undefined);
    const [yes, , , no] = form.querySelectorAll<HTMLInputElement>("input");
    const go = button(form, T.blind.submit);
    expect([go.disabled, form.textContent?.includes(T.blind.left(2))]).toEqual([true, true]);
    yes!.dispatchEvent(new Event("change"));
    expect([go.disabled, form.textContent?.includes(T.blind.left(1))]).toEqual([true, true]);
    no!.dispatchEvent(new Event("change"));
    expect(go.disabled).toBe(false);
    submit(form);
    await settle();
    expect(sent).toEqual([{ onset: true, sweat: false }]);
  });

  function view() {
    const acts = { back: vi.fn(), refresh: vi.fn(async () => undefined), mark: vi.fn(async () => undefined), change: vi.fn(async () => undefined),
      blind: vi.fn(async () => ({ ...DETAIL, ending: { diagnosis: "心绞痛", differentials: "", reasons: "", plan: "", sbar: { situation: "", background: "", assessment: "", recommendation: "" } }, items: QUESTIONS })) };
    const one = new EncounterView(acts);
    document.body.replaceChildren(one.element);
    return { one, acts };
  }

  it("shows talk and conclusion, and nothing the machine made of them", async () => {
    const { one } = view();
    one.show(DETAIL);
    button(one.element, T.talks.blind).click();
    await settle();
    expect(one.element.textContent).toContain("心绞痛");
    expect(one.element.textContent).toContain("哪里疼？");
    for (const given of ["部位", "40 / 100", "影响急缓"]) expect(one.element.textContent).not.toContain(given);
    one.show({ ...DETAIL });  // the list is read again every five seconds
    expect(one.element.querySelector(".blind")).not.toBeNull();
  });

  it("is over once the debrief was read, or when it was done before", () => {
    const { one } = view();
    one.show(DETAIL);
    button(one.element, T.talks.see).click();
    expect(one.element.textContent).toContain("40 / 100");
    one.show({ ...DETAIL, encounter: "e2", marked: true });
    expect([one.element.textContent?.includes(T.talks.marked), button(one.element, T.talks.blind)]).toEqual([true, undefined]);
    one.show(DETAIL);
    expect([one.element.textContent?.includes(T.talks.seen), button(one.element, T.talks.blind)]).toEqual([true, undefined]);
  });

  it("is not offered while the encounter runs: the talk is read along", () => {
    const { one } = view();
    one.show({ ...DETAIL, ended: false, debrief: null, shown: null });
    expect([one.element.textContent?.includes("部位"), one.element.textContent?.includes(T.talks.reading), one.element.querySelector("form")]).toEqual([true, true, null]);
  });
});

describe("changing a mark", () => {
  it("needs points that fit and a reason", async () => {
    const sent: unknown[] = [];
    const tool = overrideTool(DEBRIEF.items[0]!, async (change) => { sent.push(change); });
    tool.querySelector("button")!.click();
    const [form, points, reason] = [tool.querySelector("form")!, tool.querySelector("input")!, tool.querySelector("textarea")!];
    for (const [value, words] of [["99", "好"], ["4", " "], ["", "好"], ["1.5", "好"]]) {
      [points.value, reason.value] = [value!, words!];
      submit(form);
      expect(form.querySelector(".error")?.textContent).toBe(T.override.needed);
    }
    [points.value, reason.value] = ["4", " 问得委婉 "];
    submit(form);
    await settle();
    expect(sent).toEqual([{ item: "smoke", points: 4, reason: "问得委婉" }]);
  });
});

describe("figures", () => {
  it("put what nobody asks first, by share and not by number", () => {
    const item = (name: string, asked: number, judged: number, critical = false) => ({ item: name, label: name, part: "", critical, asked, judged });
    const items = [item("often", 5, 10), item("new", 2, 2), item("plain", 0, 10), item("grave", 0, 10, true)];
    expect(leastAsked(items).map((one) => one.item)).toEqual(["grave", "plain", "often", "new"]);
    expect(itemsView({ encounters: 10, items }).textContent).toContain(T.items.nobody);
    expect(itemsView({ encounters: 0, items: [] }).textContent).toBe(T.items.none);
  });

  it("name the groups that the machine may not mark, and leave a figure out that cannot be given", () => {
    const pairs = (kappa: string | null) => [{ a: "机器", b: "王敏", kappa, n: 20 }];
    const view = kappaView({ threshold: "0.85", encounters: 4, machine: "机器", groups: [{ group: "问到", n: 20, trusted: true, pairs: pairs("0.91") }, { group: "沟通", n: 9, trusted: false, pairs: pairs("0.70") }, { group: "检查", n: 3, trusted: true, pairs: pairs(null) }] });
    expect(view.querySelector(".hint")?.textContent).toBe(T.kappa.untrusted("沟通"));
    expect([...view.querySelectorAll("tbody td:last-child")].map((cell) => [cell.textContent, cell.className])).toEqual([["0.91", ""], ["0.7", "low"], [T.kappa.dash, ""]]);
  });
});

describe("the teacher's page", () => {
  let inside = true;
  let classes = [{ id: "k1", name: "三班", code: "K7MP4WQX", members: 0 }];
  beforeAll(() => customElements.define("xl-teacher", TeacherPage));
  beforeEach(() => {
    inside = true;
    history.replaceState(null, "", "/teacher");
    vi.stubGlobal("fetch", async (path: string, { method = "GET", body }: RequestInit = {}) => {
      if (path.endsWith("/login")) { inside = true; return new Response(null, { status: 204 }); }
      if (!inside) return new Response(JSON.stringify({ title: "请先登录" }), { status: 401 });
      if (method === "POST" && path.endsWith("/classes")) classes = [{ id: "k2", name: (JSON.parse(String(body)) as { name: string }).name, code: "R9TX3HNB", members: 0 }];
      const answer = path.endsWith("/classes") ? (method === "POST" ? classes[0] : { classes }) : path.endsWith("/cases") ? { cases: [] } : { ...classes[0], members: [], assignments: [] };
      return new Response(JSON.stringify(answer), { status: 200 });
    });
  });
  afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren(); });
  const open = async (name: string | null = "王敏") => {
    const memory = new Memory(new PlainStorage(), "a.teaching");
    if (name) memory.set("teacher.name", name);
    const page = new TeacherPage();
    document.body.replaceChildren(page);
    await page.begin(memory);
    return page;
  };

  it("shows the code of the class, big", async () => {
    const page = await open();
    await vi.waitFor(() => expect(page.querySelector(".class-code code")?.textContent).toBe("K7MP4WQX"));
  });

  it("begins with making a class where there is none", async () => {
    classes = [];
    const page = await open();
    await vi.waitFor(() => expect(page.textContent).toContain(T.class.none));
    page.querySelector<HTMLInputElement>(".new-class input")!.value = " 四班 ";
    submit(page.querySelector(".new-class")!);
    await vi.waitFor(() => expect(page.querySelector(".class-code code")?.textContent).toBe("R9TX3HNB"));
    expect(page.querySelector("h2")?.textContent).toBe("四班");
  });

  it("asks for the key when the login has run out, and takes it out of the address", async () => {
    inside = false;
    const page = await open();
    await vi.waitFor(() => expect(page.querySelector(".error")?.textContent).toBe(T.again));
    history.replaceState(null, "", "/teacher#key=geheim");
    const other = await open(null);
    expect([other.querySelector<HTMLInputElement>("input[type=password]")?.value, location.hash]).toEqual(["geheim", ""]);
  });
});
