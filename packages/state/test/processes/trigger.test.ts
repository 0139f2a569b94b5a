import { where } from "@fourwire/state";
import { describe, expect, it } from "vitest";
import { deferred, failure } from "../fixture.ts";
import { contextOver, reachable } from "./fixture.ts";
import { failing, onTrigger } from "./tasks.js";

const [zmqCase = expect.fail()] = reachable;
const inline = { processes: { backend: "inline" } } as const;

describe("a task that runs on a condition", () => {
  it.each([
    ["made by where", where("x").isAbove(1)],
    ["of a function", ({ x }: { readonly x?: number }) => (x ?? 0) > 1],
  ])("%s runs each time that it becomes true, and misses none", async (_name, condition) => {
    await using stage = await contextOver(zmqCase, inline);
    const { state } = stage.context;
    await using trigger = await stage.context.spawnOn(condition, onTrigger);
    for (const x of [1, 2, 3, 0, 5]) await state.set("x", x);
    const { seen } = await state.until((values) => values.seen.length === 2, { timeoutMs: 10_000 });
    expect(seen).toEqual(["2 at 2", "5 at 5"]);
    expect(trigger.runs).toBe(2);
    await trigger.close();
    await trigger.closed;
    await state.set("x", 0);
    await state.set("x", 9);
    expect(trigger.runs).toBe(2);
  });

  it("runs at once when it is true already", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { state } = stage.context;
    await state.set("x", 4);
    await using _trigger = await stage.context.spawnOn(where("x").equals(4), onTrigger);
    const { seen } = await state.until((values) => values.seen.length === 1, { timeoutMs: 10_000 });
    expect(seen).toEqual(["4 at 1"]);
  });

  it("of keys runs after each of their changes, in a process of its own", async () => {
    await using stage = await contextOver(zmqCase);
    const { state } = stage.context;
    await using _trigger = await stage.context.spawnOn({ keys: ["x"] }, onTrigger, { name: "watchman" });
    await state.set("foo", "unseen");
    for (const x of [1, 2, 3]) await state.set("x", x);
    const { seen } = await state.until((values) => values.seen.length === 3, { timeoutMs: 30_000 });
    expect(seen).toEqual(["1 at 2", "2 at 3", "3 at 4"]);
  });

  it("goes on when a run fails, and tells of it", async () => {
    const { promise, resolve } = deferred<string>();
    const onError = (error: unknown, path: string): void => resolve(`${path}: ${String(error)}`);
    await using stage = await contextOver(zmqCase, { ...inline, onError });
    const { context } = stage;
    await using trigger = await context.spawnOn({ keys: ["x"] }, failing, { name: "clumsy" });
    await context.state.set("x", 1);
    expect(await promise).toBe("root/clumsy: RangeError: It fails");
    await context.state.set("x", 2);
    await context.state.until(({ tries }) => tries.length === 2, { timeoutMs: 10_000 });
    expect(trigger.runs).toBe(2);
  });

  it("ends by its signal, and with its context", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const trigger = await stage.context.spawnOn(where("x").isPresent(), onTrigger, options);
    const other = await stage.context.spawnOn(where("x").isPresent(), onTrigger);
    controller.abort();
    await trigger.closed;
    await stage.context.close();
    await other.closed;
    const late = stage.context.spawnOn(where("x").isPresent(), onTrigger);
    expect(await failure(late)).toMatchObject({ code: "CLOSED" });
  });
});
