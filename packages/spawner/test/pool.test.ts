import { type PoolOptions, type Worker, WorkerPool } from "@fourwire/spawner";
import { describe, expect, it } from "vitest";
import { gate, type Laboratory, laboratoryOf } from "./fixture.ts";

function createPool(options: Partial<PoolOptions<Laboratory>> = {}): WorkerPool<Laboratory> {
  return new WorkerPool<Laboratory>({
    kind: "thread",
    execArgv: [],
    output: "ignore",
    base: import.meta.url,
    prepare: laboratoryOf,
    ...options,
  });
}

describe("a pool of workers", () => {
  it("runs tasks in as many workers as it may have, and no more", async () => {
    await using pool = createPool({ max: 2 });
    const together = meeting(2);
    const holding = Array.from({ length: 2 }, () =>
      pool.run(async (laboratory) => {
        await together();
        return (await laboratory.whereAmI()).threadId;
      }),
    );
    const waiting = Array.from({ length: 8 }, (_, index) => pool.run((laboratory) => laboratory.add(index, 1)));
    expect(await Promise.all(waiting)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(await Promise.all(holding)).size).toBe(2);
    await pool.drain();
    expect(pool.stats()).toMatchObject({ workers: 2, running: 0, queued: 0, completed: 10, failed: 0 });
    expect(pool.stats().maxWaitMs).toBeGreaterThan(0);
  });

  it("refuses what is too much to wait, and what is aborted while it waits", async () => {
    await using pool = createPool({ max: 1, maxQueue: 1 });
    const { opened, open } = gate();
    const held = pool.run(() => opened);
    await started(pool);
    const controller = new AbortController();
    const aborted = pool.run((laboratory) => laboratory.add(1, 1), { signal: controller.signal });
    const refused = expect(aborted).rejects.toThrow("never mind");
    await expect(pool.run((laboratory) => laboratory.add(1, 1))).rejects.toMatchObject({ code: "QUEUE_FULL" });
    controller.abort(new Error("never mind"));
    await refused;
    open();
    await held;
    expect(await pool.run((laboratory) => laboratory.add(1, 1))).toBe(2);
  });

  it("gives tasks with one key to one worker", async () => {
    await using pool = createPool({ max: 2 });
    const where = (key: string, before?: () => Promise<void>): Promise<number> =>
      pool.run(
        async (laboratory) => {
          await before?.();
          return (await laboratory.whereAmI()).threadId;
        },
        { key },
      );
    const together = meeting(2);
    const [first, other] = await Promise.all([where("a", together), where("b", together)]);
    expect(first).not.toBe(other);
    expect(await Promise.all([where("a"), where("a"), where("b")])).toEqual([first, first, other]);
  });

  it("replaces a worker that has had its tasks, and one that ended", async () => {
    const workers: Worker[] = [];
    const prepare = (worker: Worker): Promise<Laboratory> => {
      workers.push(worker);
      return laboratoryOf(worker);
    };
    await using pool = createPool({ max: 1, recycleAfter: 2, prepare });
    const where = (): Promise<number> => pool.run(async (laboratory) => (await laboratory.whereAmI()).threadId);
    const [first, second, third] = [await where(), await where(), await where()];
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    await workers[1]?.kill();
    expect(await where()).not.toBe(third);
    expect(workers).toHaveLength(3);
  });

  it("replaces a worker that takes up too much memory, and keeps one that does not", async () => {
    await using pool = createPool({ max: 1, recycleAboveBytes: 64 * 1024 * 1024 });
    const where = (): Promise<number> => pool.run(async (laboratory) => (await laboratory.whereAmI()).threadId);
    const first = await where();
    expect(await where()).toBe(first);
    const memory = pool.run(async (laboratory) => await laboratory.keepBytes(128 * 1024 * 1024));
    expect(await memory).toBe(128 * 1024 * 1024);
    await expect.poll(where, { timeout: 5_000, interval: 10 }).not.toBe(first);
    expect(() => createPool({ recycleAboveBytes: 0 })).toThrow(/recycleAboveBytes is 0/);
  });

  it("lets others pass a task whose worker is busy", async () => {
    await using pool = createPool({ max: 2 });
    const together = meeting(2);
    const { opened, open } = gate();
    await Promise.all(["a", "b"].map((key) => pool.run(() => together(), { key })));
    const held = pool.run(() => opened, { key: "a" });
    const behind = pool.run((laboratory) => laboratory.add(1, 1), { key: "a" });
    expect(await pool.run((laboratory) => laboratory.add(2, 2))).toBe(4);
    open();
    await held;
    expect(await behind).toBe(2);
  });

  it("ends workers that have nothing to do, down to those that it keeps", async () => {
    await using pool = createPool({ max: 2, min: 1, idleTimeoutMs: 20 });
    await Promise.all([1, 2].map((number) => pool.run((laboratory) => laboratory.add(number, 1))));
    await expect.poll(() => pool.stats().workers, { timeout: 5_000, interval: 10 }).toBe(1);
  });

  it("tells a task what kept its worker from starting", async () => {
    await using pool = createPool({ prepare: (worker) => worker.import("./nowhere.js") });
    await expect(pool.run((laboratory) => laboratory.add(1, 1))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("refuses everything once it is closed, and options that make no sense", async () => {
    const pool = createPool();
    await pool.run((laboratory) => laboratory.add(1, 1));
    await pool.close();
    await expect(pool.run(() => 1)).rejects.toMatchObject({ code: "EXITED" });
    expect(pool.stats().workers).toBe(0);
    expect(() => createPool({ min: 3, max: 2 })).toThrow(/min is 3/);
    expect(() => createPool({ max: 0 })).toThrow(/max is 0/);
  });
});

/** Makes a function that waits until it was called so many times. */
function meeting(size: number): () => Promise<void> {
  const { opened, open } = gate();
  let here = 0;
  return () => {
    here += 1;
    if (here === size) open();
    return opened;
  };
}

/** Waits until a pool has a worker. */
async function started(pool: WorkerPool<Laboratory>): Promise<void> {
  await expect.poll(() => pool.stats().workers, { timeout: 5_000, interval: 5 }).toBe(1);
}
