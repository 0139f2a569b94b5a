import { describe, expect, it } from "vitest";
import { Deadlines, Timed } from "../src/deadlines.ts";
import { block } from "./busy-loop.ts";
import { deferred, turns } from "./fixture.ts";

class Alarm extends Timed {
  readonly #rang = deferred<number>();
  readonly #start = performance.now();
  readonly rang = this.#rang.promise;
  isOver = false;

  override expire(): void {
    this.isOver = true;
    this.#rang.resolve(performance.now() - this.#start);
  }
}

describe("deadlines", () => {
  it("fall due in their order, whatever the order in which they were set", async () => {
    const deadlines = new Deadlines();
    const order: number[] = [];
    const alarms = [60, 20, 40, 20].map((ms) => {
      const alarm = new Alarm();
      deadlines.add(alarm, ms);
      return alarm.rang.then(() => order.push(ms));
    });
    await Promise.all(alarms);
    expect(order).toStrictEqual([20, 20, 40, 60]);
  });

  it("never fall due early", async () => {
    const deadlines = new Deadlines();
    for (const ms of [1, 7.5, 30]) {
      const alarm = new Alarm();
      deadlines.add(alarm, ms);
      // The clock is read once a turn, so a part of the turn may count.
      expect(await alarm.rang).toBeGreaterThanOrEqual(ms - 1);
    }
  });

  it("count from the turn in which they are set, not from one long ago", async () => {
    const deadlines = new Deadlines();
    deadlines.add(new Alarm(), 10_000);
    await turns();
    block(60);
    await turns();
    const alarm = new Alarm();
    deadlines.add(alarm, 50);
    expect(await alarm.rang).toBeGreaterThan(45);
    deadlines.clear();
  });

  it("do not fall due once removed", async () => {
    const deadlines = new Deadlines();
    const [first, second, third, last] = [new Alarm(), new Alarm(), new Alarm(), new Alarm()];
    for (const alarm of [first, second, third]) deadlines.add(alarm, 10);
    deadlines.add(last, 30);
    deadlines.remove(second);
    deadlines.remove(second);
    await last.rang;
    expect([first, second, third].map(({ isOver }) => isOver)).toStrictEqual([true, false, true]);
  });

  it("give the event loop a turn after a block, in which they can be removed", async () => {
    const deadlines = new Deadlines();
    const alarm = new Alarm();
    deadlines.add(alarm, 10);
    block(40);
    setImmediate(() => deadlines.remove(alarm));
    const other = new Alarm();
    deadlines.add(other, 10);
    await other.rang;
    expect(alarm.isOver).toBe(false);
  });

  it("end with clear, for good", async () => {
    const deadlines = new Deadlines();
    const [before, after] = [new Alarm(), new Alarm()];
    deadlines.add(before, 5);
    deadlines.clear();
    deadlines.add(after, 5);
    const other = new Deadlines();
    const alarm = new Alarm();
    other.add(alarm, 20);
    await alarm.rang;
    expect([before.isOver, after.isOver]).toStrictEqual([false, false]);
  });

  it("may be longer than a timer takes, or infinite", async () => {
    const deadlines = new Deadlines();
    const alarms = [2 ** 40, 1e300, Number.POSITIVE_INFINITY].map((ms) => {
      const alarm = new Alarm();
      deadlines.add(alarm, ms);
      return alarm;
    });
    const soon = new Alarm();
    deadlines.add(soon, 20);
    await soon.rang;
    expect(alarms.map(({ isOver }) => isOver)).toStrictEqual([false, false, false]);
    deadlines.clear();
  });

  it("of many different durations cost no more than those of one", () => {
    const time = (durationOf: (index: number) => number): number => {
      const deadlines = new Deadlines();
      const start = performance.now();
      for (let index = 0; index < 40_000; index += 1) deadlines.add(new Timed(), durationOf(index));
      deadlines.clear();
      return performance.now() - start;
    };
    time((index) => 5_000 + index);
    // A lane is made for each; looking through all of them for each would take a minute.
    expect(time((index) => 5_000 + index)).toBeLessThan(2_000);
  });
});
