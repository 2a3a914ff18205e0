import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeHeader } from "../src/chat/header";
import { linkDialog, type LinkDialog } from "../src/chat/link-dialog";
import { Problem } from "../src/core/http";
import { Memory, PlainStorage } from "../src/core/memory";
import { EMPTY } from "../src/core/transcript";
import type { LinkOffer } from "../src/core/wire";
import { S } from "../src/strings";
import { message } from "./make";

const WRONG_CLOCK = Date.parse("2031-01-01T00:00:00+08:00");
const offer = (part: Partial<LinkOffer> = {}): LinkOffer =>
  ({ code: "7K3MQ-9X2H-A5WD", until: "2026-11-21T16:10:00+08:00", seconds: 600, qr: "data:image/svg+xml,%3Csvg/%3E", words: "扫码", typed: "发送：绑定 7K3MQ", ...part });

describe("the dialog", () => {
  let dialog: LinkDialog;
  let asked = 0;
  let answers: (() => Promise<LinkOffer>)[] = [];
  const part = {
    get told() { return dialog.element.querySelector("[role=status]")!.textContent; },
    get picture() { return dialog.element.querySelector("img")!; },
    get again() { return dialog.element.querySelector<HTMLButtonElement>(".first")!; },
    get close() { return dialog.element.querySelector<HTMLButtonElement>(".second")!; },
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => {
    vi.useFakeTimers({ now: WRONG_CLOCK });
    [asked, answers] = [0, []];
    dialog = linkDialog(() => { const next = answers[asked++]; return next ? next() : Promise.resolve(offer()); });
    document.body.append(dialog.element);
  });
  afterEach(() => { dialog.element.remove(); vi.useRealTimers(); });

  it("shows a picture with a name, and the code to type", async () => {
    dialog.open();
    expect([part.told, part.picture.hidden]).toEqual([S.link.making, true]);
    await settle();
    expect([part.told, part.picture.hidden, part.picture.alt]).toEqual(["扫码", false, S.link.picture]);
    expect(part.picture.getAttribute("src")).toMatch(/^data:image\/svg/);
    expect(dialog.element.textContent).toContain("绑定 7K3MQ");
    expect(part.again.hidden).toBe(true);
  });

  it("is a named modal dialog with a polite region", () => {
    dialog.open();
    expect(dialog.element.open).toBe(true);
    const title = document.getElementById(dialog.element.getAttribute("aria-labelledby")!);
    expect(title?.textContent).toBe(S.link.title);
    expect(dialog.element.querySelector("[role=status]")!.getAttribute("aria-live")).toBe("polite");
    part.close.click();
    expect(dialog.element.open).toBe(false);
  });

  it("says when the code is over and gets another", async () => {
    dialog.open();
    await settle();
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
    expect(part.picture.hidden).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([part.told, part.picture.hidden, part.again.hidden]).toEqual([S.link.over, true, false]);
    expect(dialog.element.textContent).not.toContain("7K3MQ");
    part.again.focus();
    part.again.click();
    expect(document.activeElement).toBe(part.close);
    await settle();
    expect([asked, part.told, part.again.hidden]).toEqual([2, "扫码", true]);
  });

  it("tells the server's own words, or that it failed, and may be tried again where that helps", async () => {
    answers = [() => Promise.reject(new Problem(0, "")), () => Promise.reject(new Problem(409, "这个网页已经绑定了。"))];
    dialog.open();
    await settle();
    expect([part.told, part.again.hidden]).toEqual([S.link.failed, false]);
    part.again.click();
    await settle();
    expect([part.told, part.again.hidden]).toEqual(["这个网页已经绑定了。", true]);
  });

  it("without a picture offers the code to type", async () => {
    answers = [() => Promise.resolve(offer({ qr: null }))];
    dialog.open();
    await settle();
    expect([part.picture.hidden, part.picture.hasAttribute("src")]).toEqual([true, false]);
    expect(dialog.element.textContent).toContain("绑定 7K3MQ");
  });

  it("does not show a late answer in a dialog that was closed meanwhile", async () => {
    let late: (value: LinkOffer) => void = () => undefined;
    answers = [() => new Promise((resolve) => { late = resolve; })];
    dialog.open();
    dialog.element.close();
    late(offer({ words: "旧码" }));
    await settle();
    expect(part.told).toBe("");
    dialog.open();
    await settle();
    expect(part.told).toBe("扫码");
  });

  it("closes when the conversation is told that it goes on elsewhere, not for older notices", async () => {
    const old = message(1, { kind: "notice" });
    dialog.show({ ...EMPTY, messages: [old] });
    dialog.open();
    await settle();
    dialog.show({ ...EMPTY, messages: [old, message(2)] });
    expect(dialog.element.open).toBe(true);
    dialog.show({ ...EMPTY, messages: [old, message(2), message(3, { kind: "notice", text: "已在微信继续" })] });
    expect(dialog.element.open).toBe(false);
  });
});

describe("the button", () => {
  it("is there only where the hospital has WeChat", () => {
    const open = vi.fn();
    const dialog = { element: document.createElement("dialog"), open, show: () => undefined };
    const header = makeHeader(new Memory(new PlainStorage(), "a"), () => undefined, () => undefined, dialog);
    const button = header.element.querySelector<HTMLButtonElement>(".continue")!;
    const clinic = { name: "医院", phone: "", emergency: "120" };
    expect(button.hidden).toBe(true);
    header.clinic(clinic);
    expect(button.hidden).toBe(true);
    header.clinic({ ...clinic, wechat: true });
    expect([button.hidden, button.textContent]).toEqual([false, S.link.open]);
    button.click();
    expect(open).toHaveBeenCalledOnce();
  });
});
