import { describe, expect, it } from "vitest";
import { Collected, eventually, Gate, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

describe.each(media)("events over $name", ({ create }) => {
  it("wait for a slow handler in a bounded buffer, and lose nothing with wait [pymq-20]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const gate = new Gate();
    const seen = new Collected<number>();
    const handler = async (event: number): Promise<void> => {
      await gate.opened;
      seen.add(event);
    };
    const subscription = await bus.subscribe<number>("count", handler, { maxBuffered: 100 });
    for (let index = 0; index < 500; index += 1) {
      await bus.publish("count", index);
      expect(subscription.stats.buffered).toBeLessThanOrEqual(100);
    }
    await eventually(() => subscription.stats.buffered === 100);
    gate.open();
    expect(await seen.until(500)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    expect(subscription.stats).toMatchObject({ dropped: 0, buffered: 0 });
  });

  it.each(["dropOldest", "dropNewest"] as const)(
    "are dropped by %s, counted, and the gap is told [pymq-20]",
    async (onOverflow) => {
      await using medium = await create();
      await using bus = await join(medium);
      const gate = new Gate();
      const seen = new Collected<number>();
      const gaps = new Collected<unknown>();
      const handler = async (event: number): Promise<void> => {
        await gate.opened;
        seen.add(event);
      };
      const options = { maxBuffered: 100, onOverflow, onGap: gaps.add };
      const subscription = await bus.subscribe<number>("count", handler, options);
      await bus.publish("count", 0);
      await eventually(() => subscription.stats.running === 1);
      for (let index = 1; index <= 150; index += 1) await bus.publish("count", index);
      await eventually(() => subscription.stats.received === 151);
      expect(subscription.stats).toMatchObject({ buffered: 100, dropped: 50 });
      gate.open();
      const first = onOverflow === "dropOldest" ? 51 : 1;
      expect(await seen.until(101)).toEqual([0, ...Array.from({ length: 100 }, (_, index) => first + index)]);
      expect(gaps.items).toEqual([{ pattern: "count", missed: 50 }]);
    },
  );

  it("end the subscription with fail, and say so", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const subscription = await bus.subscribe("count", { maxBuffered: 2, onOverflow: "fail" });
    for (let index = 0; index < 3; index += 1) await bus.publish("count", index);
    expect(await subscription.closed).toMatchObject({
      code: "OVERFLOW",
      message: expect.stringContaining("maxBuffered"),
    });
    await rejectsWith("OVERFLOW", subscription[Symbol.asyncIterator]().next());
    await eventually(async () => (await bus.publish("count", 3)).receivers === 0);
  });

  it("are handled in order one at a time, or several at once where that is allowed", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const gate = new Gate();
    const running = new Collected<number>();
    const handler = async (event: number): Promise<void> => {
      running.add(event);
      await gate.opened;
    };
    const alone = await bus.subscribe<number>("count", handler);
    const three = await bus.subscribe<number>("count", handler, { concurrency: 3 });
    for (let index = 0; index < 5; index += 1) await bus.publish("count", index);
    await running.until(4);
    expect([alone.stats.running, three.stats.running]).toEqual([1, 3]);
    gate.open();
    await running.until(10);
  });
});
