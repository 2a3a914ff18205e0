import { beforeAll, describe, expect, it } from "vitest";
import { NAMES } from "../src/core/announcer";
import { EMPTY, reduce } from "../src/core/transcript";
import { Composer, defineComposer, LIMIT, sends } from "../src/parts/composer";
import { defineMessageList, MessageList } from "../src/parts/message-list";
import { messageView } from "../src/parts/message-view";
import type { Message } from "../src/core/wire";
import { S } from "../src/strings";
import { message } from "./make";

const EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const SOURCE = { n: 1, title: "说明书", publisher: "NMPA", reviewed: "2026-11-01", excerpt: "每日一次" };

beforeAll(() => { defineMessageList(); defineComposer(); });

describe("a message", () => {
  it("shows words from the wire as words, never as markup", () => {
    const view = messageView(message(1, { text: EVIL, buttons: [{ id: EVIL, label: EVIL }], sources: [{ ...SOURCE, title: EVIL, publisher: EVIL, excerpt: EVIL }] }), NAMES, "patient");
    expect(view.querySelectorAll("img, script")).toHaveLength(0);
    expect(view.querySelector(".words")?.textContent).toBe(EVIL);
    expect(view.querySelector("summary")?.textContent).toContain(EVIL);
    expect(view.querySelector(".reply")?.textContent).toBe(EVIL);
  });

  it("marks the machine's words as such, not the nurse's nor the person's", () => {
    const mark = (part: Partial<Message>) => messageView(message(1, part), NAMES, "patient").querySelector(".ai")?.textContent;
    expect((["bot", "nurse", "patient"] as const).map((author) => mark({ author }))).toEqual(["机器人", undefined, undefined]);
    expect(mark({ author: "bot", kind: "generated" })).toBe("AI 生成");
  });

  it("opens the source a [1] in the text points to, and leaves other brackets alone", () => {
    const view = messageView(message(1, { text: "每日一次[1]，见[7]。", sources: [SOURCE] }), NAMES, "patient");
    document.body.append(view);
    expect(view.querySelectorAll(".cite")).toHaveLength(1);
    expect(view.querySelector("details")?.textContent).toContain("整理于 2026-11-01");
    view.querySelector<HTMLElement>(".cite")?.click();
    expect(view.querySelector("details")?.open).toBe(true);
    view.remove();
  });

  it("offers 120 at a red flag, and 12356 only where it is named", () => {
    const calls = (text: string) => [...messageView(message(1, { kind: "red_flag", text }), NAMES, "patient").querySelectorAll(".call")].map((link) => link.getAttribute("href"));
    expect(calls("马上拨打 120")).toEqual(["tel:120"]);
    expect(calls("请拨打12356，或120")).toEqual(["tel:120", "tel:12356"]);
    expect(calls("编号 0123567")).toEqual(["tel:120"]);
  });
});

describe("the list", () => {
  const question = (seq: number) => message(seq, { buttons: [{ id: `yes${seq}`, label: "是" }] });

  it("tells a press once, then the button is off but keeps the focus", () => {
    const list = new MessageList();
    document.body.append(list);
    const pressed: unknown[] = [];
    list.addEventListener("press", (event) => pressed.push((event as CustomEvent).detail));
    const now = reduce({ ...EMPTY, ready: true }, { type: "message", message: question(1) });
    list.show(now);
    const button = list.querySelector<HTMLElement>(".reply")!;
    button.focus();
    button.click();
    list.show(reduce(now, { type: "pressed", button: "yes1" }));
    button.click();
    expect(pressed).toEqual([{ button: "yes1", label: "是" }]);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(document.activeElement).toBe(button);
    list.remove();
  });

  it("fades the buttons of older questions, which still work", () => {
    const list = new MessageList();
    document.body.append(list);
    list.show({ ...EMPTY, messages: [question(1), question(2)] });
    const [old, fresh] = [...list.querySelectorAll<HTMLElement>(".reply")];
    expect([old!.classList.contains("stale"), fresh!.classList.contains("stale")]).toEqual([true, false]);
    let told = "";
    list.addEventListener("press", (event) => { told = (event as CustomEvent<{ button: string }>).detail.button; });
    old!.click();
    expect(told).toBe("yes1");
    list.remove();
  });

  it("keeps elements and an opened source when more comes", () => {
    const list = new MessageList();
    document.body.append(list);
    const first = message(1, { sources: [SOURCE] });
    list.show({ ...EMPTY, messages: [first] });
    const details = list.querySelector("details")!;
    details.open = true;
    list.show({ ...EMPTY, messages: [first, message(2)] });
    expect(list.querySelector("details")).toBe(details);
    expect(details.open).toBe(true);
    list.remove();
  });

  it("says what is unsent and offers to try again", () => {
    const list = new MessageList();
    document.body.append(list);
    list.show({ ...EMPTY, pending: [{ id: "c", text: "你好", status: "unsent" }] });
    expect(list.querySelector(".sendstate")?.textContent).toContain(S.send.unsent);
    let retried = "";
    list.addEventListener("retry", (event) => { retried = (event as CustomEvent<{ id: string }>).detail.id; });
    list.querySelector<HTMLElement>(".sendstate button")?.click();
    expect(retried).toBe("c");
    list.remove();
  });
});

describe("the input", () => {
  const key = (rest: object) => ({ key: "Enter", shiftKey: false, isComposing: false, keyCode: 13, ...rest }) as KeyboardEvent;

  it("does not send while a pinyin word is being chosen", () => {
    expect(sends(key({}))).toBe(true);
    expect(sends(key({ isComposing: true }))).toBe(false);
    expect(sends(key({ keyCode: 229 }))).toBe(false);  // Safari
    expect(sends(key({ shiftKey: true }))).toBe(false);
    expect(sends(key({ key: "a" }))).toBe(false);
  });

  function composer() {
    const said: string[] = [];
    const element = new Composer();
    document.body.append(element);
    element.addEventListener("say", (event) => said.push((event as CustomEvent<{ text: string }>).detail.text));
    const field = element.querySelector("textarea")!;
    const write = (text: string) => { field.value = text; field.dispatchEvent(new Event("input")); };
    const submit = () => element.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    return { element, said, field, write, submit, button: element.querySelector("button")! };
  }

  it("sends trimmed words, empties itself and keeps the focus", () => {
    const { element, said, field, write, submit, button } = composer();
    expect(button.disabled).toBe(true);
    write("  \n ");
    submit();
    expect(said).toEqual([]);
    write(" 你好 ");
    expect(button.disabled).toBe(false);
    submit();
    expect([said, field.value, document.activeElement]).toEqual([["你好"], "", field]);
    element.remove();
  });

  it("counts people's characters near the limit and refuses beyond it", () => {
    const { element, said, write, submit, button } = composer();
    const count = element.querySelector<HTMLElement>(".count")!;
    write("字".repeat(1_000));
    expect(count.hidden).toBe(true);
    write("😀".repeat(LIMIT));
    expect([count.hidden, button.disabled]).toEqual([false, false]);
    write("😀".repeat(LIMIT + 3));
    expect(count.textContent).toBe(S.send.over(3));
    submit();
    expect([said, button.disabled]).toEqual([[], true]);
    element.remove();
  });
});
