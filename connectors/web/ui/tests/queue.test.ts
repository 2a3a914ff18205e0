import { describe, expect, it } from "vitest";
import { Memory, PlainStorage, type Storage_ } from "../src/core/memory";
import { OfflineQueue } from "../src/core/queue";

describe("OfflineQueue", () => {
  it("survives closing the tab, in order, with the same ids", () => {
    const device = new PlainStorage();
    const before = new OfflineQueue(new Memory(device, "a"));
    before.add({ id: "1", text: "一" });
    before.add({ id: "2", text: "二", button: "b" });
    expect(new OfflineQueue(new Memory(device, "a")).all()).toEqual([{ id: "1", text: "一" }, { id: "2", text: "二", button: "b" }]);
  });

  it("never shows one clinic's words to another", () => {
    const device = new PlainStorage();
    new OfflineQueue(new Memory(device, "a")).add({ id: "1", text: "一" });
    expect(new OfflineQueue(new Memory(device, "b")).all()).toEqual([]);
  });

  it("steps over what the server refused, and takes it again on retry", () => {
    const queue = new OfflineQueue(new Memory(new PlainStorage(), "a"));
    queue.add({ id: "1", text: "一" });
    queue.add({ id: "2", text: "二" });
    queue.fail("1", "太长");
    expect(queue.next()?.id).toBe("2");
    queue.retry("1");
    expect(queue.next()).toEqual({ id: "1", text: "一" });
  });

  it("reads a damaged entry as empty and goes on", () => {
    const device = new PlainStorage();
    const memory = new Memory(device, "a");
    for (const damaged of ["{", "7", '[{"id":1}]']) {
      device.setItem(memory.key("queue"), damaged);
      expect(new OfflineQueue(memory).all()).toEqual([]);
    }
  });

  it("holds the words in memory when the device is full", () => {
    const full: Storage_ = { getItem: () => null, setItem: () => { throw new DOMException("full", "QuotaExceededError"); }, removeItem: () => undefined };
    const queue = new OfflineQueue(new Memory(full, "a"));
    queue.add({ id: "1", text: "一" });
    expect(queue.next()?.text).toBe("一");
  });
});
