import { describe, expect, it } from "vitest";
import { debriefView, missedFirst } from "../src/practice/debrief-view";
import { endForm } from "../src/practice/end-form";
import { S } from "../src/strings";
import { DEBRIEF, settle } from "./make";

describe("the debrief", () => {
  const view = debriefView(DEBRIEF, () => undefined);
  const text = (selector: string) => view.querySelector(selector)?.textContent ?? "";

  it("shows the score, its parts and that it was not passed", () => {
    expect(text(".total")).toContain("40 / 100");
    expect(text(".total .verdict")).toBe(S.practice.notPassed);
    expect(view.querySelector("meter")?.getAttribute("value")).toBe("20");
  });

  it("lists what was missed with why, critical ones first", () => {
    const missed = [...view.querySelectorAll(".missed li")];
    expect(missed.map((item) => item.querySelector("strong")?.textContent)).toEqual(["问出汗", "问吸烟史"]);
    expect(missed[0]?.classList.contains("critical")).toBe(true);
    expect(missed[0]?.textContent).toContain("影响急缓");
    expect(missed[1]?.classList.contains("critical")).toBe(false);
  });

  it("quotes the learner's own words for what was asked", () => {
    expect(text(".asked blockquote")).toContain("什么时候开始的？");
  });

  it("shows both diagnoses and the teaching", () => {
    expect(text(".truth.wrong")).toContain("心绞痛");
    expect(text(".truth")).toContain("心肌梗死");
    expect(text(".teaching")).toContain("先分急缓");
  });

  it("does not reorder the wire's own list", () => {
    const items = [...DEBRIEF.items];
    missedFirst(items);
    expect(items).toEqual(DEBRIEF.items);
  });
});

describe("the end form", () => {
  it("asks for a diagnosis before it submits, and shows what went wrong", async () => {
    const sent: unknown[] = [];
    const form = endForm(async (conclusion) => { sent.push(conclusion); return "请稍后再试"; });
    document.body.append(form);
    const submit = () => form.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    submit();
    expect(sent).toEqual([]);
    expect(form.querySelector(".error")?.textContent).toBe(S.practice.needed);
    form.querySelector("input")!.value = " 心肌梗死 ";
    submit();
    await settle();
    expect(sent).toEqual([{ diagnosis: "心肌梗死", reasons: "", plan: "" }]);
    expect(form.querySelector(".error")?.textContent).toBe("请稍后再试");
    form.remove();
  });
});
