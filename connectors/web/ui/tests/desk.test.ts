import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Memory, PlainStorage } from "../src/core/memory";
import { AlertBar } from "../src/desk/alert";
import { DeskPage } from "../src/desk/desk";
import { HandoffView } from "../src/desk/handoff-view";
import { enteredFromAddress, keyFromAddress } from "../src/desk/login";
import { EMPTY_ROSTER, grouped, newcomers, sorted, titleOf, withHandoff, withList, withMessages } from "../src/desk/roster";
import { defineComposer } from "../src/parts/composer";
import { defineMessageList } from "../src/parts/message-list";
import { S } from "../src/strings";
import { handoff, message, settle } from "./make";

const at = (minute: number) => `2026-11-21T08:${String(minute).padStart(2, "0")}:00+08:00`;

beforeAll(() => { defineMessageList(); defineComposer(); customElements.define("xl-desk", DeskPage); });

describe("the roster", () => {
  it("puts danger first, then who waits longest, whatever the time zone of the stamp", () => {
    const all = [handoff("late", { requested_at: at(30) }), handoff("red2", { urgency: "red_flag", requested_at: at(40) }),
      handoff("early", { requested_at: "2026-11-21T00:05:00Z" }), handoff("red1", { urgency: "red_flag", requested_at: at(20) })];
    expect(sorted(all).map((one) => one.id)).toEqual(["red1", "red2", "early", "late"]);
  });

  it("separates waiting, mine and others", () => {
    const roster = withList(EMPTY_ROSTER, [handoff("a"), handoff("b", { status: "accepted", nurse: "王敏" }), handoff("c", { status: "accepted", nurse: "李静" }), handoff("d", { status: "closed" })]);
    const { waiting, mine, others } = grouped(roster, "王敏");
    expect([waiting, mine, others].map((group) => group.map((one) => one.id))).toEqual([["a"], ["b"], ["c"]]);
  });

  it("calls only new requests newcomers", () => {
    const before = withList(EMPTY_ROSTER, [handoff("a")]);
    const now = withHandoff(withHandoff(before, handoff("a", { unread: 2 })), handoff("b"));
    expect(newcomers(now, before).map((one) => one.id)).toEqual(["b"]);
    expect([titleOf(2, "护士台"), titleOf(0, "护士台")]).toEqual(["(2) 护士台", "护士台"]);
  });

  it("keeps each message once and in order", () => {
    const roster = withMessages(withMessages(EMPTY_ROSTER, "a", [message(3), message(1)]), "a", [message(2), message(3)]);
    expect(roster.messages.get("a")?.map((one) => one.seq)).toEqual([1, 2, 3]);
  });
});

describe("login", () => {
  it("takes the key out of the address bar", () => {
    const replaced: unknown[] = [];
    const place = { hash: "#key=s%2B1", pathname: "/desk", search: "?x=1" } as Location;
    expect(keyFromAddress(place, { replaceState: (...all: unknown[]) => replaced.push(all[2]) } as unknown as History)).toBe("s+1");
    expect(replaced).toEqual(["/desk?x=1"]);
  });

  it("reads who has entered by a link, and leaves an address alone that says nothing", () => {
    const replaced: unknown[] = [];
    const past = { replaceState: (...all: unknown[]) => replaced.push(all[2]) } as unknown as History;
    const place = (hash: string) => ({ hash, pathname: "/desk", search: "" }) as Location;
    expect(enteredFromAddress(place("#handoff=a1&nurse=%E6%9D%8E%E6%8A%A4%E5%A3%AB"), past)).toEqual({ handoff: "a1", nurse: "李护士" });
    expect(enteredFromAddress(place("#handoff=a1"), past)).toEqual({ handoff: "a1", nurse: "" });
    expect(enteredFromAddress(place("#other=1"), past)).toEqual({ handoff: "", nurse: "" });
    expect(replaced).toEqual(["/desk", "/desk"]);
  });
});

describe("the alert", () => {
  it("does not let an ordinary request cover danger, and goes when danger is taken", () => {
    const bar = new AlertBar();
    bar.newcomer(handoff("red", { urgency: "red_flag" }), () => undefined);
    bar.newcomer(handoff("asked"), () => undefined);
    expect(bar.element.textContent).toContain("访客 red");
    bar.settle([handoff("asked")]);
    expect(bar.element.hidden).toBe(true);
    bar.newcomer(handoff("asked"), () => undefined);
    expect(bar.element.textContent).toContain("访客 asked");
  });
});

describe("closing", () => {
  function view(urgency: "red_flag" | "asked") {
    const notes: string[] = [];
    const desk = new HandoffView({ accept: () => undefined, answer: () => undefined, retry: () => undefined, discard: () => undefined, back: () => undefined, order: () => undefined, close: (note) => notes.push(note) });
    document.body.replaceChildren(desk.element);
    desk.show(handoff("a", { urgency, status: "accepted", nurse: "王敏" }), [], [], "王敏");
    const form = desk.element.querySelector<HTMLFormElement>(".close-form")!;
    return { notes, form, note: form.querySelector("textarea")!, submit: () => form.dispatchEvent(new Event("submit", { cancelable: true })) };
  }

  it("a red flag needs a note", () => {
    const { notes, form, note, submit } = view("red_flag");
    note.value = "  ";
    submit();
    expect(notes).toEqual([]);
    expect(form.querySelector(".error")?.textContent).toBe(S.desk.noteNeeded);
    note.value = "已陪同去急诊";
    submit();
    expect(notes).toEqual(["已陪同去急诊"]);
  });

  it("an ordinary one does not", () => {
    const { notes, submit } = view("asked");
    submit();
    expect(notes).toEqual([""]);
  });
});

describe("one conversation", () => {
  it("tells a second danger and keeps what the nurse is writing", () => {
    const desk = new HandoffView({ accept: () => undefined, answer: () => undefined, retry: () => undefined, discard: () => undefined, back: () => undefined, order: () => undefined, close: () => undefined });
    document.body.replaceChildren(desk.element);
    const mine = { status: "accepted", nurse: "王敏" } as const;
    desk.show(handoff("a", { ...mine, reason: "患者要求人工" }), [], [], "王敏");
    const writing = desk.element.querySelector<HTMLTextAreaElement>(".view-foot textarea")!;
    writing.value = "请先坐下";
    desk.show(handoff("a", { ...mine, urgency: "red_flag", reason: "昏迷；抽搐" }), [], [], "王敏");
    expect(desk.element.querySelector(".about")?.textContent).toContain("昏迷；抽搐");
    expect(desk.element.querySelector<HTMLTextAreaElement>(".view-foot textarea")).toBe(writing);
  });
});

describe("the desk page", () => {
  let taken = false;
  beforeEach(() => {
    taken = false;
    vi.stubGlobal("fetch", async (path: string) => {
      const one = taken ? handoff("a", { status: "accepted", nurse: "李静" }) : handoff("a", { urgency: "red_flag" });
      if (path.endsWith("/events")) return new Response(new ReadableStream(), { status: 200 });
      if (path.endsWith("/accept")) { taken = true; return new Response(JSON.stringify({ title: "已被接手" }), { status: 409 }); }
      return new Response(JSON.stringify(path.endsWith("/handoffs") ? { handoffs: [one] } : { handoff: one, messages: [message(1, { author: "patient", text: "发烧" })] }), { status: 200 });
    });
  });
  afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren(); });

  it("counts in the title, opens a conversation, and tells who was faster", async () => {
    const memory = new Memory(new PlainStorage(), "a");
    memory.set("desk.nurse", "王敏");
    const desk = new DeskPage();
    document.body.append(desk);
    await desk.begin(memory);
    await settle();
    expect(document.title).toBe("(1) 护士台");
    desk.querySelector<HTMLElement>(".handoff")!.click();
    await settle();
    expect(desk.querySelector(".handoff-view .words")?.textContent).toBe("发烧");
    desk.querySelector<HTMLElement>(".accept")!.click();
    await settle();
    expect(desk.querySelector(".alert")?.textContent).toContain(S.desk.takenBy("李静"));
    expect(desk.querySelector(".accept")).toBeNull();
  });

  it("opens at the handoff of the link by which a nurse came, under her name", async () => {
    history.replaceState(null, "", "/desk#handoff=a&nurse=%E6%9D%8E%E9%9D%99");
    const memory = new Memory(new PlainStorage(), "a");
    memory.set("desk.nurse", "王敏");
    const desk = new DeskPage();
    document.body.append(desk);
    await desk.begin(memory);
    await vi.waitFor(() => expect(desk.querySelector(".handoff-view .words")?.textContent).toBe("发烧"));
    expect(desk.querySelector(".nurse-name")?.textContent).toBe("李静");
    expect([memory.get("desk.nurse"), location.hash]).toEqual(["李静", ""]);
  });

  it("keeps the handoff while a used link asks her to log in", async () => {
    history.replaceState(null, "", "/desk#handoff=a");
    const desk = new DeskPage();
    document.body.append(desk);
    await desk.begin(new Memory(new PlainStorage(), "a"));
    const field = (kind: string) => desk.querySelector<HTMLInputElement>(`input[type="${kind}"]`)!;
    [field("password").value, field("text").value] = ["key", "李静"];
    desk.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await vi.waitFor(() => expect(desk.querySelector(".handoff-view .words")?.textContent).toBe("发烧"));
  });
});
