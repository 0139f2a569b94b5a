import { Inbox } from "@fourwire/transport";
import { describe, expect, it } from "vitest";

async function drain<Item>(inbox: Inbox<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of inbox) items.push(item);
  return items;
}

describe("Inbox", () => {
  it("yields what was pushed, in order, and ends", async () => {
    const inbox = new Inbox<number>();
    for (let item = 1; item <= 5_000; item += 1) inbox.push(item);
    inbox.end();
    expect(await drain(inbox)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
  });

  it("hands items to those who wait, in the order in which they came", async () => {
    const inbox = new Inbox<string>();
    const iterator = inbox[Symbol.asyncIterator]();
    const waiting = [iterator.next(), iterator.next()];
    inbox.push("first");
    inbox.push("second");
    expect(await Promise.all(waiting)).toEqual([
      { value: "first", done: false },
      { value: "second", done: false },
    ]);
  });

  it("drops an item out of its place, and its bytes", async () => {
    const inbox = new Inbox<string>((item) => item.length);
    for (const item of ["one", "three", "three", "seven"]) inbox.push(item);
    expect(inbox.shift()).toBe("one");
    inbox.remove("one");
    inbox.remove("three");
    expect([inbox.has("one"), inbox.has("three"), inbox.length, inbox.bytes]).toEqual([false, true, 2, 10]);
    inbox.end();
    expect(await drain(inbox)).toEqual(["three", "seven"]);
  });

  it("counts the items and bytes that nobody has taken", () => {
    const inbox = new Inbox<string>((item) => item.length);
    inbox.push("four");
    inbox.push("seventy");
    expect([inbox.length, inbox.bytes]).toEqual([2, 11]);
    expect(inbox.shift()).toBe("four");
    expect([inbox.length, inbox.bytes]).toEqual([1, 7]);
    inbox.shift();
    expect(inbox.shift()).toBeUndefined();
    expect([inbox.length, inbox.bytes]).toEqual([0, 0]);
  });

  it("does not count what it hands on at once", async () => {
    const inbox = new Inbox<string>((item) => item.length);
    const waiting = inbox[Symbol.asyncIterator]().next();
    inbox.push("passing through");
    expect(inbox.bytes).toBe(0);
    await waiting;
  });

  it("keeps its order while it is filled and emptied in turns", () => {
    const inbox = new Inbox<number>();
    let pushed = 0;
    let taken = 0;
    for (let round = 0; round < 100; round += 1) {
      for (let count = 0; count < 100; count += 1) inbox.push(pushed++);
      for (let count = 0; count < 90; count += 1) expect(inbox.shift()).toBe(taken++);
    }
    expect(inbox.length).toBe(1_000);
  });

  it("ends everybody who waits", async () => {
    const inbox = new Inbox<number>();
    const waiting = [drain(inbox), drain(inbox)];
    inbox.end();
    expect(await Promise.all(waiting)).toEqual([[], []]);
  });

  it("takes nothing after its end", async () => {
    const inbox = new Inbox<number>();
    inbox.end();
    inbox.push(1);
    expect(await drain(inbox)).toEqual([]);
  });

  it("drops what it holds when it is cleared", async () => {
    const inbox = new Inbox<string>((item) => item.length);
    inbox.push("gone");
    inbox.clear();
    expect(inbox.bytes).toBe(0);
    expect(await drain(inbox)).toEqual([]);
  });

  it("goes on where an earlier iteration stopped", async () => {
    const inbox = new Inbox<number>();
    for (const item of [1, 2, 3]) inbox.push(item);
    inbox.end();
    for await (const item of inbox) {
      expect(item).toBe(1);
      break;
    }
    expect(await drain(inbox)).toEqual([2, 3]);
  });
});
