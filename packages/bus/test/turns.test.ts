import { describe, expect, it } from "vitest";
import { Collected, eventually, Gate, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

describe.each(media)("turns over $name", ({ create }) => {
  it("are given to no more calls at once than allowed, whatever comes in between", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    let [running, most] = [0, 0];
    await server.expose(
      "work",
      async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      },
      { concurrency: 2 },
    );
    const work = client.stub("work");
    await Promise.all(Array.from({ length: 300 }, () => work()));
    expect(most).toBe(2);
  });

  it("are not taken by calls that nobody waits for any more", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const gate = new Gate();
    const begun = new Collected<number>();
    const fn = async (number: number): Promise<number> => {
      begun.add(number);
      await gate.opened;
      return number;
    };
    await server.expose("work", fn, { concurrency: 1, maxCalls: 2 });
    const work = client.stub<typeof fn>("work");
    const first = work(1);
    await begun.until(1);
    await rejectsWith("TIMEOUT", work.with({ timeoutMs: 30 }).one(2));
    await eventually(async () => (await server.stats()).served.running === 1);
    // It would be turned down if the one that was given up still had its place.
    const third = work(3);
    await eventually(async () => (await server.stats()).served.running === 2);
    gate.open();
    expect(await Promise.all([first, third])).toEqual([1, 3]);
    expect(begun.items).toEqual([1, 3]);
  });

  it("are had again by a repetition of a call that was stopped, and its reply by one of a call that ended", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const gate = new Gate();
    let runs = 0;
    const fn = async (): Promise<number> => {
      runs += 1;
      await gate.opened;
      return runs;
    };
    await server.expose("pay", fn, { concurrency: 1 });
    const pay = client.stub<typeof fn>("pay");
    const first = pay();
    await eventually(() => runs === 1);
    const again = pay.with({ idempotencyKey: "order-1" });
    await rejectsWith("TIMEOUT", again.with({ timeoutMs: 30 }).one());
    await eventually(async () => (await server.stats()).served.running === 1);
    gate.open();
    await first;
    expect(await again()).toBe(2);
    expect(await again()).toBe(2);
    expect(runs).toBe(2);
  });

  it("of one turn travel together, and each has its own answer", async () => {
    await using medium = await create();
    await using server = await join(medium);
    await using client = await join(medium);
    const large = new Uint8Array(70_000).fill(7);
    await server.expose("echo", (value: unknown) => {
      if (value instanceof Error) throw value;
      return value;
    });
    const echo = client.stub<(value: unknown) => unknown>("echo");
    const values: unknown[] = [1, "x".repeat(100_000), large, { nested: [large] }, "last"];
    const calls = [...values, ...values].map((value) => echo(value));
    const failing = expect(echo(new RangeError("no"))).rejects.toThrow(RangeError);
    const mistaken = expect(echo(() => 1)).rejects.toMatchObject({ code: "NOT_SERIALIZABLE" });
    const many = Array.from({ length: 1_000 }, (_, index) => echo(index));
    expect(await Promise.all(calls)).toEqual([...values, ...values]);
    await failing;
    await mistaken;
    expect(await Promise.all(many)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  });
});

it("a consumer of many at once adds no listener to a signal that would be warned about", async () => {
  const warnings: string[] = [];
  const warn = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", warn);
  const [memory] = media;
  if (!memory) throw new Error("There is no medium");
  await using medium = await memory.create();
  await using bus = await join(medium);
  await using consumer = bus.queue("work").consume(() => undefined, { concurrency: 50 });
  await Promise.all(Array.from({ length: 50 }, (_, index) => bus.expose(`f${index}`, () => index)));
  await bus.queue("work").put(1);
  await eventually(() => consumer.stats.acked === 1);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warn);
  expect(warnings).toEqual([]);
});
