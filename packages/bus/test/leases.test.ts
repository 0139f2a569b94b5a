import { connectBus, type Job } from "@fourwire/bus";
import { describe, expect, it } from "vitest";
import { Collected, eventually, Gate, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

/** Keeps this thread busy, so that no timer and no message gets through. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe.each(media)("leases over $name", ({ create }) => {
  it("are prolonged for as long as a handler runs", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    const done = new Gate();
    const begun = new Collected<number>();
    const handler = async (_: number, { deliveries, signal }: { deliveries: number; signal: AbortSignal }) => {
      begun.add(deliveries);
      await done.opened;
      expect(signal.aborted).toBe(false);
    };
    await using consumer = queue.consume(handler, { leaseMs: 1_200 });
    await queue.put(1);
    await begun.until(1);
    // Another taker waits longer than the lease and gets nothing.
    await rejectsWith("EMPTY", queue.get({ timeoutMs: 2_500 }));
    done.open();
    await eventually(() => consumer.stats.acked === 1);
    expect(begun.items).toEqual([1]);
  });

  it("are lost by a handler that blocks its thread: its ack fails, its signal has aborted, another gets the item [pymq-15]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    const outcomes = new Collected<unknown>();
    const deliveries = new Collected<number>();
    await using consumer = queue.consume(
      async (_, job) => {
        deliveries.add(job.deliveries);
        if (job.deliveries > 1) return;
        block(900);
        const error = await rejectsWith("LEASE_LOST", job.ack());
        outcomes.add({ code: error.code, aborted: job.signal.aborted });
      },
      { leaseMs: 400, retry: { delayMs: 0 } },
    );
    await queue.put(1);
    expect(await deliveries.until(2)).toEqual([1, 2]);
    expect(outcomes.items).toEqual([{ code: "LEASE_LOST", aborted: true }]);
    await eventually(() => consumer.stats.acked === 1);
    expect(consumer.stats).toMatchObject({ lost: 1, acked: 1 });
  });

  it("that are not prolonged abort the handler's signal when they are over", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const queue = bus.queue<number>("work");
    const aborted = new Collected<unknown>();
    const handler = async (_: number, { signal, deliveries }: { signal: AbortSignal; deliveries: number }) => {
      if (deliveries > 1) return;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted.add(signal.reason);
    };
    await using consumer = queue.consume(handler, { leaseMs: 300, renew: false, concurrency: 2 });
    await queue.put(1);
    expect(await aborted.until(1)).toMatchObject([{ code: "LEASE_LOST" }]);
    await eventually(() => consumer.stats.acked === 1);
  });

  it("are settled once, by hand or by the handler's end", async () => {
    await using medium = await create();
    const errors = new Collected<Error>();
    await using bus = await join(medium, { onError: errors.add });
    const queue = bus.queue<string>("work");
    const outcomes = new Collected<unknown>();
    const ways: Record<string, (job: Job<string>) => Promise<unknown>> = {
      extend: (job) => job.extend(1_000),
      retry: (job) => (job.deliveries === 1 ? job.retry({ delayMs: 10 }) : job.ack()),
      twice: async (job) => {
        await job.ack();
        outcomes.add((await rejectsWith("LEASE_LOST", job.ack())).message);
      },
      throw: async (job) => {
        await job.ack();
        throw new Error("after the ack");
      },
    };
    const handler = async (way: string, job: Job<string>): Promise<void> => {
      await ways[way]?.(job);
      outcomes.add(job.outcome);
    };
    await using consumer = queue.consume(handler, { retry: { attempts: 2 } });
    for (const way of Object.keys(ways)) await queue.put(way);
    await queue.join();
    await eventually(() => consumer.stats.acked === 4);
    expect(outcomes.items).toContain("retried");
    expect(outcomes.items).toContainEqual(expect.stringContaining("settled already"));
    expect(consumer.stats).toMatchObject({ retried: 1, buried: 0, running: 0 });
    expect(errors.items).toMatchObject([{ message: "after the ack" }]);
  });

  it("end with the consumer: it lets handlers finish, and gives back the rest [pymq-22]", async () => {
    await using medium = await create();
    const bus = await connectBus({ transport: medium.join(), graceMs: 50 });
    await using other = await join(medium);
    const begun = new Collected<AbortSignal>();
    const quick = new Gate();
    const handler = async (item: string, { signal }: { signal: AbortSignal }) => {
      begun.add(signal);
      if (item === "quick") await quick.opened;
      else await new Promise(() => undefined);
    };
    bus.queue<string>("work").consume(handler, { concurrency: 2 });
    for (const item of ["quick", "stuck"]) await bus.queue("work").put(item);
    await begun.until(2);
    const closing = bus.close();
    quick.open();
    await closing;
    expect(begun.items.filter(({ aborted }) => aborted).length).toBe(1);
    expect(await other.queue("work").size()).toEqual({ ready: 1, delayed: 0, leased: 0, dead: 0 });
    expect(await other.queue("work").get()).toBe("stuck");
    await rejectsWith("CLOSED", bus.publish("news", 1));
    expect(() => bus.queue("work")).toThrow("closed");
  });
});
