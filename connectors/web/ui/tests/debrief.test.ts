import { describe, expect, it, vi } from "vitest";
import type { DebriefSheet, Mark, SpokenTurn } from "../src/core/practice-wire";
import { debriefView } from "../src/debrief/debrief-view";
import { heatMap, turnOf, wordsOf } from "../src/debrief/heat-map";
import { bySection, counting, missedFirst, stateCounts } from "../src/debrief/marks";
import { reflectionBox } from "../src/debrief/reflection";
import { D } from "../src/debrief/strings";
import { TranscriptView } from "../src/debrief/transcript-view";
import { DEBRIEF, settle } from "./make";

const TURNS: SpokenTurn[] = ["", "抽烟吗？", "什么时候开始的？"].map((said, turn) => ({ turn, said, answer: `答${turn}`, at: "2026-11-22T08:00:00+08:00",
  sentences: [{ text: `答${turn}`, items: turn === 2 ? ["onset"] : [] }], asked: [], ordered: turn === 1 ? ["treadmill", "nobody-named-it"] : [] }));
const SHEET: DebriefSheet = { debrief: DEBRIEF, shown: { total: 44, max: 100, passed: false, waiting: 3 }, comment: { strengths: [{ text: "条理好", item: "onset" }], gaps: [], next: "先问伴随症状" },
  overrides: [{ item: "smoke", points: 2, reason: "先", teacher: "李静" }, { item: "smoke", points: 4, reason: "问得委婉", teacher: "王敏" }], reflection: "", transcript: TURNS, labels: { onset: "起病时间" } };

describe("the debrief", () => {
  const view = debriefView(SHEET, {});
  const text = (selector: string) => view.querySelector(selector)?.textContent ?? "";

  it("shows the score as it counts now, what the machine gave, and what still waits", () => {
    expect(text(".total")).toContain("44 / 100");
    expect(text(".total")).toContain(D.machine(40));
    expect(text(".total")).toContain(D.stillOpen(3));
    expect([text(".total .verdict"), view.querySelector("meter")?.getAttribute("value")]).toEqual([D.notPassed, "20"]);
  });

  it("lists what was missed with why, critical ones first", () => {
    const missed = [...view.querySelectorAll(".missed li")];
    expect(missed.map((item) => item.querySelector("strong")?.textContent)).toEqual(["问出汗"]);
    expect(missed[0]?.classList.contains("critical")).toBe(true);
    expect(missed[0]?.textContent).toContain("影响急缓");
  });

  it("counts the newest word of a teacher, with her reason", () => {
    expect(text(".asked .changed")).toBe(D.override("王敏", 4, "问得委婉"));
    expect(counting(DEBRIEF.items, SHEET.overrides).find((mark) => mark.item === "smoke")).toMatchObject({ points: 4, asked: true });
  });

  it("leads from a mark to the sentence that earned it, and back", () => {
    const items = DEBRIEF.items.map((mark): Mark => mark.item === "onset" ? { ...mark, turn: 2 } : mark);
    const page = debriefView({ ...SHEET, debrief: { ...DEBRIEF, items } }, {});
    document.body.replaceChildren(page);
    const button = page.querySelector<HTMLElement>(".asked .jump")!;
    expect(button.textContent).toBe(D.jump(3));
    button.focus();
    button.click();
    const lit = page.querySelector(".turn.lit")!;
    expect([lit.textContent?.includes("什么时候开始的？"), document.activeElement]).toEqual([true, lit]);
    lit.querySelector<HTMLElement>(".back-up")!.click();
    expect(document.activeElement).toBe(button);
  });

  it("sets apart what waits for a teacher: neither missed nor earned", () => {
    const items = DEBRIEF.items.map((mark): Mark => mark.item === "sweat" ? { ...mark, auto: false } : mark);
    const page = debriefView({ ...SHEET, debrief: { ...DEBRIEF, items } }, {});
    expect([...page.querySelectorAll(".waiting strong")].map((one) => one.textContent)).toEqual(["问出汗"]);
    expect([page.querySelectorAll(".missed li").length, page.querySelector(".waiting .points")?.textContent, page.querySelector(".waiting .critical")]).toEqual([0, D.waits, null]);
  });

  it("names the model's comment as such, apart from the score", () => {
    expect(text(".model-comment")).toContain(D.comment.honest);
    expect(text(".model-comment")).toContain("先问伴随症状");
    expect(debriefView({ ...SHEET, comment: null }, {}).querySelector(".model-comment")).toBeNull();
  });

  it("offers to play on from a turn only where that is allowed", () => {
    const fork = vi.fn();
    const page = debriefView(SHEET, { fork });
    [...page.querySelectorAll<HTMLElement>(".turn-head .link")][1]!.click();
    expect(fork).toHaveBeenCalledWith(1);
    expect(view.querySelector(".turn-head .link")).toBeNull();
  });

  it("shows both diagnoses, the harm of a test, the sum, and the teaching", () => {
    expect(text(".truth.wrong")).toContain("心绞痛");
    expect(text(".truth")).toContain("心肌梗死");
    expect(text(".harm")).toContain("急性期危险");
    expect(text(".tests-review")).toContain(D.tests.total("120.50", 30));
    expect(text(".teaching")).toContain("先分急缓");
  });

  it("does not reorder the wire's own list", () => {
    const items = [...DEBRIEF.items];
    missedFirst(items);
    expect(items).toEqual(DEBRIEF.items);
  });
});

describe("the transcript", () => {
  it("names what a sentence gave away, and keeps an id that has no name to itself", () => {
    const talk = new TranscriptView({ onset: "起病时间", treadmill: "运动平板" });
    talk.show(TURNS);
    expect(talk.element.textContent).toContain(D.talk.unlocked("起病时间"));
    expect(talk.element.textContent).toContain(D.talk.ordered("运动平板"));
    expect(talk.element.textContent).not.toContain("nobody-named-it");
  });

  it("keeps turns that did not change while it is read along", () => {
    const talk = new TranscriptView({});
    talk.show([]);
    expect(talk.element.textContent).toContain(D.talk.empty);
    talk.show(TURNS.slice(0, 2));
    const first = talk.element.querySelector(".turn");
    talk.show(TURNS);
    expect([talk.element.querySelectorAll(".turn").length, talk.element.querySelector(".turn") === first, talk.element.textContent?.includes(D.talk.empty)]).toEqual([3, true, false]);
  });
});

describe("the heat map", () => {
  const [onset, sweat, smoke] = DEBRIEF.heat;

  it("counts states, keeps sections in order, and tells each cell in words", () => {
    expect(stateCounts(DEBRIEF.heat)).toEqual({ told: 1, asked: 1, never: 1 });
    expect([...bySection(DEBRIEF.heat)].map(([name, items]) => [name, items.length])).toEqual([["present", 2], ["social", 1]]);
    expect(wordsOf(onset!)).toBe("起病时间：已说出，第 1、3 句问到，第 3 句说出");
    expect([turnOf(onset!), turnOf(smoke!), turnOf(sweat!)]).toEqual([2, 1, null]);
  });

  it("is one stop for Tab, walked by arrow keys, and leads to the turn", () => {
    const jump = vi.fn();
    const map = heatMap(DEBRIEF.heat, jump);
    document.body.replaceChildren(map);
    const cells = [...map.querySelectorAll<HTMLElement>(".cell")];
    expect(cells.map((one) => one.tabIndex)).toEqual([0, -1, -1]);
    cells[0]!.focus();
    const press = (key: string) => document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    press("ArrowRight");
    expect([document.activeElement, cells.map((one) => one.tabIndex)]).toEqual([cells[1], [-1, 0, -1]]);
    expect(map.querySelector("[role=status]")?.textContent).toContain("出汗");
    press("End");
    expect(document.activeElement).toBe(cells[2]);
    press("ArrowRight");
    expect(document.activeElement).toBe(cells[2]);
    cells[1]!.click();
    expect(jump).not.toHaveBeenCalled();
    cells[0]!.click();
    expect(jump).toHaveBeenCalledWith(2);
  });

  it("can be read without colour", () => {
    const signs = [...heatMap(DEBRIEF.heat, () => undefined).querySelectorAll(".cell > span")].map((one) => one.textContent);
    expect(new Set(signs).size).toBe(3);
  });
});

describe("the reflection", () => {
  it("is saved, and says when it was not", async () => {
    const answers = [Promise.reject(new Error("down")), Promise.resolve()];
    const saved: string[] = [];
    const box = reflectionBox("旧的", (text) => { saved.push(text); return answers.shift()!; });
    const [words, state] = [box.querySelector("textarea")!, box.querySelector("[role=status]")!];
    expect(words.value).toBe("旧的");
    words.value = " 先问出汗 ";
    box.dispatchEvent(new Event("submit", { cancelable: true }));
    await settle();
    expect(state.textContent).toBe(D.reflection.failed);
    box.dispatchEvent(new Event("submit", { cancelable: true }));
    await settle();
    expect([state.textContent, saved]).toEqual([D.reflection.saved, ["先问出汗", "先问出汗"]]);
  });
});
