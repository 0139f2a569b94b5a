import { describe, expect, it } from "vitest";
import { failure } from "../fixture.ts";
import { contextOver, initial, reachable } from "./fixture.ts";
import { deaf, double, fragile, wait, where } from "./tasks.js";

const [zmqCase = expect.fail()] = reachable;
const inline = { processes: { backend: "inline" } } as const;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.each(reachable)("a pool over $name", (transportCase) => {
  it("gives all results in order although a worker is killed in the middle [zproc-22]", async () => {
    await using stage = await contextOver(transportCase, { initial: { ...initial, deadly: 7, lives: 1 } });
    const { context } = stage;
    await using pool = context.pool({ size: 2 });
    expect(await pool.map(fragile, numbers(11), { chunk: 3 }).all()).toEqual(numbers(11).map((n) => n * 2));
    // The deadly number came by twice: once it killed, and once it did not.
    expect(await context.state.get("deaths")).toBe(2);
    await context.state.merge({ lives: 100 });
    const rejected = await failure(pool.map(fragile, numbers(11), { chunk: 3, maxReruns: 1 }).all());
    expect(rejected).toMatchObject({ name: "ProcessError", code: "EXITED", signal: "SIGKILL" });
    expect(await context.state.get("deaths")).toBe(4);
    expect(await pool.run(double, { props: 4 })).toBe(8);
  });
});

describe("a pool", () => {
  it.each([0, 1, 2, 5, 6, 7, 13])("maps %d items over any number of workers in order [zproc-22]", async (count) => {
    await using stage = await contextOver(zmqCase, inline);
    const expected = numbers(count).map((n) => n * 2);
    for (const size of [1, 3]) {
      await using pool = stage.context.pool({ size });
      for (const chunk of [1, 2, 6]) {
        expect(await pool.map(double, numbers(count), { chunk }).all()).toEqual(expected);
        const unordered = await pool.map(double, numbers(count), { chunk, ordered: false }).all();
        expect(unordered.toSorted((left, right) => left - right)).toEqual(expected);
      }
    }
  });

  it("reads no more items than it can work on, and stops reading when the reader leaves", async () => {
    await using stage = await contextOver(zmqCase, inline);
    await using pool = stage.context.pool({ size: 2 });
    let read = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield read++;
      } finally {
        isClosed = true;
      }
    }
    const results: number[] = [];
    for await (const result of pool.map(double, endless(), { chunk: 2, concurrency: 3 })) {
      results.push(result);
      expect(read).toBeLessThanOrEqual(results.length + 7);
      if (results.length === 10) break;
    }
    expect(results).toEqual(numbers(10).map((n) => n * 2));
    expect(isClosed).toBe(true);
    await pool.drain();
  });

  it("rejects with what a task throws, and with the signal's reason", async () => {
    await using stage = await contextOver(zmqCase, { ...inline, initial: { ...initial, wrong: 3 } });
    const { context } = stage;
    await using pool = context.pool({ size: 1 });
    const error = await failure(pool.map(fragile, numbers(5)).all());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("not 3");
    const controller = new AbortController();
    const waiting = failure(pool.map(wait, ["a", "b"], { signal: controller.signal }).all());
    await context.state.until(({ log }) => log.includes("a waits"), { timeoutMs: 10_000 });
    controller.abort(new Error("enough"));
    expect((await waiting).message).toBe("enough");
    await context.state.until(({ log }) => log.includes("a ends"), { timeoutMs: 10_000 });
    const aborted = pool.run(double, { props: 1, signal: AbortSignal.abort(new Error("never")) });
    expect((await failure(aborted)).message).toBe("never");
  });

  it("rejects at once when its signal aborts, though the task goes on", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const { context } = stage;
    await using pool = context.pool({ size: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const running = failure(pool.run(deaf, { props: "a", signal }));
    const mapping = failure(pool.map(deaf, ["b"], { signal }).all());
    await context.state.until(({ log }) => log.includes("a is deaf"), { timeoutMs: 10_000 });
    controller.abort(new Error("enough"));
    expect((await running).message).toBe("enough");
    expect((await mapping).message).toBe("enough");
    await context.state.set("foo", "a");
    expect(await pool.run(double, { props: 2 })).toBe(4);
  });

  it("runs its tasks in workers of its own path, and is closed with the context", async () => {
    await using stage = await contextOver(zmqCase, inline);
    const pool = stage.context.pool({ name: "crew" });
    expect(await pool.run(where)).toMatchObject({ path: "root/crew/where", attempt: 1 });
    await stage.context.close();
    expect(await failure(pool.run(where))).toMatchObject({ name: "ProcessError", code: "CLOSED" });
    expect(() => stage.context.pool()).toThrow("closed");
  });

  it("refuses numbers that make no sense, naming them", async () => {
    await using stage = await contextOver(zmqCase, inline);
    expect(() => stage.context.pool({ size: 0 })).toThrow("size");
    const pool = stage.context.pool();
    expect(() => pool.map(double, [], { chunk: 0 })).toThrow("chunk");
    expect(() => pool.map(double, [], { concurrency: 1.5 })).toThrow("concurrency");
  });
});
