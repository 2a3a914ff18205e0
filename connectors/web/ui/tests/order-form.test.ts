import { beforeEach, describe, expect, it } from "vitest";
import type { Sheet } from "../src/desk/desk-client";
import { OrderForm } from "../src/desk/order-form";
import { S } from "../src/strings";

const READ: Sheet = { lines: ["缬沙坦：每天早上1次"], unread: [], cautions: ["请注意"], kept: false };
let sent: [string, string, boolean][] = [];

function form(answers: Sheet[]): { order: OrderForm; press: (label: string) => Promise<void>; write: (text: string) => void } {
  const order = new OrderForm(async (...asked) => { sent.push(asked); return answers.shift() ?? READ; });
  document.body.replaceChildren(order.element);
  order.open();
  return { order, write: (text) => {
    const words = order.element.querySelector("textarea")!;
    words.value = text;
    words.dispatchEvent(new Event("input"));
  }, press: async (label) => {
    [...order.element.querySelectorAll("button")].find((one) => one.textContent === label)!.click();
    await new Promise((done) => setTimeout(done, 0));
  } };
}

const keepable = (order: OrderForm) => ![...order.element.querySelectorAll("button")].find((one) => one.textContent === S.desk.order.keep)!.disabled;

describe("an order", () => {
  beforeEach(() => { sent = []; });

  it("is read back before it can be kept, and kept under one id", async () => {
    const { order, press, write } = form([READ, { ...READ, kept: true }]);
    expect(keepable(order)).toBe(false);
    write("缬沙坦每天早上一次");
    await press(S.desk.order.check);
    expect(order.element.textContent).toContain("缬沙坦：每天早上1次");
    expect(keepable(order)).toBe(true);
    await press(S.desk.order.keep);
    expect(sent.map(([text, , keep]) => [text, keep])).toEqual([["缬沙坦每天早上一次", false], ["缬沙坦每天早上一次", true]]);
    expect(sent[0]![1]).toBe(sent[1]![1]);
    expect(order.element.open).toBe(false);
  });

  it("that was not understood whole, or changed after the look, can't be kept", async () => {
    const { order, press, write } = form([{ ...READ, unread: ["布洛芬：一天几次？"] }, READ]);
    write("缬沙坦，布洛芬");
    await press(S.desk.order.check);
    expect(keepable(order)).toBe(false);
    await press(S.desk.order.check);
    expect(keepable(order)).toBe(true);
    write("缬沙坦每天两次");
    expect(keepable(order)).toBe(false);
  });

  it("sends nothing without words", async () => {
    const { press } = form([]);
    await press(S.desk.order.check);
    expect(sent).toEqual([]);
  });
});
