import { describe, expect, it } from "vitest";
import { Signal } from "../src/index.ts";

describe("a signal", () => {
  it("runs its slots in the order in which they were connected, in the emitter's turn", () => {
    const signal = new Signal<[value: number, text: string]>();
    const heard: unknown[] = [];
    for (const name of ["first", "second", "third"]) {
      signal.connect((value, text) => heard.push([name, value, text]));
    }
    signal.emit(1, "a");
    expect(heard).toStrictEqual([
      ["first", 1, "a"],
      ["second", 1, "a"],
      ["third", 1, "a"],
    ]);
  });

  it.each([[[]], [[1]], [[1, "two"]], [[1, null, undefined]], [[1, 2, 3, 4, [5]]]])(
    "passes %j on unchanged",
    (args) => {
      const signal = new Signal<unknown[]>();
      const heard: unknown[][] = [];
      signal.connect((...received) => heard.push(received));
      signal.emit(...args);
      expect(heard).toStrictEqual([args]);
    },
  );

  it("runs a slot once that was connected twice, in its first place", () => {
    const signal = new Signal();
    const heard: string[] = [];
    const first = (): void => void heard.push("first");
    signal.connect(first);
    signal.connect(() => heard.push("second"));
    signal.connect(first);
    signal.emit();
    expect(heard).toStrictEqual(["first", "second"]);
    expect(signal.size).toBe(2);
  });

  it("disconnects one slot, or all, and minds none that was never there", () => {
    const signal = new Signal();
    const heard: string[] = [];
    const first = (): void => void heard.push("first");
    signal.connect(first);
    signal.connect(() => heard.push("second"));
    signal.disconnect(() => undefined);
    signal.disconnect(first);
    signal.emit();
    expect(heard).toStrictEqual(["second"]);
    signal.disconnect();
    signal.emit();
    expect(heard).toStrictEqual(["second"]);
    expect(signal.size).toBe(0);
  });

  it("keeps what a slot throws or rejects with from the others and from the emitter", async () => {
    const errors: unknown[] = [];
    const signal = new Signal({ onError: (error) => errors.push(error) });
    const heard: string[] = [];
    const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
    signal.connect(() => {
      throw thrown;
    });
    signal.connect(() => Promise.reject(rejected));
    signal.connect(() => heard.push("last"));
    signal.emit();
    signal.emit();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(heard).toStrictEqual(["last", "last"]);
    expect(errors).toStrictEqual([thrown, thrown, rejected, rejected]);
  });

  it("drops what a slot throws when nobody wants to know", () => {
    const signal = new Signal();
    signal.connect(() => {
      throw new Error("nobody knows");
    });
    expect(() => signal.emit()).not.toThrow();
  });

  it("disconnects a slot when its abort signal aborts", () => {
    const signal = new Signal();
    const controller = new AbortController();
    let heard = 0;
    const slot = (): void => {
      heard += 1;
    };
    signal.connect(slot, { signal: controller.signal });
    signal.emit();
    controller.abort();
    signal.emit();
    expect([heard, signal.size]).toStrictEqual([1, 0]);
    signal.connect(slot, { signal: controller.signal });
    expect(signal.size).toBe(0);
  });

  it("is not disconnected by the abort signal of an earlier connection", () => {
    const signal = new Signal();
    const controller = new AbortController();
    const slot = (): void => undefined;
    signal.connect(slot, { signal: controller.signal });
    signal.disconnect(slot);
    signal.connect(slot);
    controller.abort();
    expect(signal.size).toBe(1);
  });

  it("lets a slot connect, disconnect and emit", () => {
    const signal = new Signal<[depth: number]>();
    const heard: string[] = [];
    const once = (depth: number): void => {
      heard.push(`once ${depth}`);
      signal.disconnect(once);
      signal.connect(late);
      signal.emit(depth + 1);
    };
    const late = (depth: number): void => void heard.push(`late ${depth}`);
    signal.connect(once);
    signal.emit(0);
    expect(heard).toStrictEqual(["once 0", "late 1"]);
    signal.emit(5);
    expect(heard).toStrictEqual(["once 0", "late 1", "late 5"]);
  });

  it("connects functions only", () => {
    const signal = new Signal();
    expect(() => signal.connect("slot" as never)).toThrow("A slot is a function, not string");
  });
});
