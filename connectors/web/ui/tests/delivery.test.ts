import { beforeAll, describe, expect, it } from "vitest";
import { EMPTY } from "../src/core/transcript";
import { EMPTY_ROSTER, withMessages } from "../src/desk/roster";
import { defineMessageList, MessageList } from "../src/parts/message-list";
import type { Message } from "../src/core/wire";
import { S } from "../src/strings";
import { message } from "./make";

beforeAll(() => defineMessageList());

function desk(): { list: MessageList; lines: (messages: Message[]) => (string | null)[] } {
  const list = new MessageList();
  list.own = "nurse";
  document.body.replaceChildren(list);
  return { list, lines: (messages) => {
    list.show({ ...EMPTY, messages, ready: true });
    return [...list.querySelectorAll(".message")].map((one) => one.querySelector(".delivery")?.textContent ?? null);
  } };
}

describe("what a nurse sees of delivery", () => {
  it("stands under each of her own messages and changes with it", () => {
    const { lines } = desk();
    for (const delivery of ["sending", "waiting", "sent", "failed"] as const) {
      expect(lines([message(1, { author: "nurse", delivery })])).toEqual([S.delivery[delivery]]);
    }
  });

  it("stands under the assistant's only when they have not arrived, and never under the patient's", () => {
    const { lines } = desk();
    expect(lines([message(1, { delivery: "sent" }), message(2, { delivery: "sending" }), message(3, { delivery: "waiting" }),
      message(4, { delivery: "failed" }), message(5, { author: "patient" })])).toEqual([null, null, S.delivery.waiting, S.delivery.failed, null]);
  });

  it("draws no other message anew", () => {
    const { list, lines } = desk();
    const first = message(1, { author: "patient" });
    lines([first, message(2, { author: "nurse", delivery: "sending" })]);
    const element = list.querySelector('[data-seq="1"]');
    lines([first, message(2, { author: "nurse", delivery: "sent" })]);
    expect(list.querySelector('[data-seq="1"]')).toBe(element);
    expect(list.querySelectorAll('[data-seq="2"]').length).toBe(1);
  });

  it("is not put back by an answer that comes late", () => {
    const said = (delivery: Message["delivery"]) => [message(1, { author: "nurse", ...(delivery ? { delivery } : {}) })];
    let roster = withMessages(EMPTY_ROSTER, "a", said("sending"));
    const now = () => roster.messages.get("a")?.[0]?.delivery;
    expect(now()).toBe("sending");
    for (const [heard, shown] of [["sent", "sent"], ["sending", "sent"], ["failed", "failed"], ["waiting", "waiting"]] as const) {
      roster = withMessages(roster, "a", said(heard));
      expect(now()).toBe(shown);
    }
  });
});
