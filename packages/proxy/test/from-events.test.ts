import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { fromEvents } from "../src/index.ts";
import { failure, stage, until, untypedMethods } from "./fixture.ts";
import { transports } from "./transports.ts";

class Motor {
  readonly #events = new EventEmitter();
  readonly #target = new EventTarget();
  readonly moved = fromEvents<[metres: number, unit: string]>(this.#events, "moved");
  readonly heated = fromEvents<[celsius: number]>(this.#target, "heated");

  run(): void {
    this.#events.emit("moved", 3, "m");
    this.#target.dispatchEvent(new CustomEvent("heated", { detail: 40 }));
  }
  listeners(): number {
    return this.#events.listenerCount("moved");
  }
}

describe.each(transports)("fromEvents, over $name", ({ create }) => {
  it("brings an emitter's and an event target's events, and listens only while somebody hears", async () => {
    await using all = await stage(new Motor(), { transport: create() });
    const heard: unknown[] = [];
    expect(await all.proxy.listeners()).toBe(0);
    const connection = await all.proxy.moved.connect((metres, unit) => heard.push([metres, unit]));
    await all.proxy.heated.connect((celsius) => heard.push(celsius));
    await all.proxy.run();
    await until(() => heard.length === 2);
    expect(heard).toStrictEqual([[3, "m"], 40]);
    expect(await all.proxy.listeners()).toBe(1);
    await connection.disconnect();
    expect(await all.proxy.listeners()).toBe(0);
  });

  it("leads to nothing but slots", async () => {
    await using all = await stage({ moved: fromEvents(new EventEmitter(), "moved") }, { transport: create() });
    for (const name of ["emit", "constructor", "size"]) {
      const moved = untypedMethods(all.proxy.moved);
      expect(await failure(moved[name]?.() ?? Promise.resolve())).toMatchObject({ code: "NOT_FOUND" });
    }
  });
});

describe("fromEvents", () => {
  it("makes the arguments as it is told", () => {
    const target = new EventTarget();
    const typed = fromEvents(target, "moved", { args: (event) => [event instanceof Event && event.type] });
    const heard: unknown[] = [];
    typed.connect((value) => heard.push(value));
    target.dispatchEvent(new Event("moved"));
    expect(heard).toStrictEqual(["moved"]);
  });

  it("gives what a message carries, and nothing of an event that carries nothing", () => {
    const target = new EventTarget();
    const heard: unknown[] = [];
    fromEvents(target, "message").connect((...args: readonly unknown[]) => heard.push(args));
    target.dispatchEvent(new MessageEvent("message", { data: 1 }));
    target.dispatchEvent(new Event("message"));
    expect(heard).toStrictEqual([[1], []]);
  });

  it("emits the event, so that its listeners hear it, too", () => {
    const emitter = new EventEmitter();
    const heard: unknown[] = [];
    emitter.on("moved", (metres) => heard.push(metres));
    const moved = fromEvents<[number]>(emitter, "moved");
    moved.connect((metres) => heard.push(-metres));
    moved.emit(3);
    expect(heard).toStrictEqual([3, -3]);
  });

  it("stops listening when the last slot's signal aborts, and keeps failures from the emitter", () => {
    const emitter = new EventEmitter();
    const errors: unknown[] = [];
    const moved = fromEvents(emitter, "moved", { onError: (error) => errors.push(error), args: () => JSON.parse("{") });
    const over = new AbortController();
    const options: { signal: AbortSignal } = { signal: over.signal };
    (moved.connect as (slot: () => void, options: object) => void).call(moved, () => undefined, options);
    emitter.emit("moved", 1);
    expect(errors).toHaveLength(1);
    over.abort();
    expect(emitter.listenerCount("moved")).toBe(0);
  });

  it("refuses what emits nothing", () => {
    expect(() => fromEvents({} as EventTarget, "moved")).toThrow(TypeError);
  });
});
