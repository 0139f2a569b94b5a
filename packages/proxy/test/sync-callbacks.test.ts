import { afterAll, beforeAll, expect, it } from "vitest";
import { connectSync } from "../src/sync/index.ts";
import { until } from "./fixture.ts";
import { type Robot, type SyncServer, startProcess } from "./sync-peer.ts";

let server: SyncServer;
beforeAll(async () => {
  server = await startProcess();
});
afterAll(() => server[Symbol.asyncDispose]());

it("runs a callback on the thread that waits", () => {
  using robot = connectSync<Robot>(server.address);
  const heard: unknown[] = [];
  const answer = robot.ask(
    (...args) => {
      heard.push(args);
      return "yes";
    },
    1,
    { deep: [2] },
  );
  expect(answer).toBe("yes");
  expect(heard).toStrictEqual([[1, { deep: [2] }]]);
});

it("gives a callback the very things that it was called with", () => {
  using robot = connectSync<Robot>(server.address);
  const mine = new (class Tool {
    use(): string {
      return "used";
    }
  })();
  expect(robot.ask((...args) => args[0] === robot.spare, robot.spare)).toBe(true);
  expect(robot.ask((...args) => args[0] === mine, mine)).toBe(true);
  expect(robot.echo(mine)).toBe(mine);
});

it("hands what a callback throws to the server, and what the server makes of it back", () => {
  using robot = connectSync<Robot>(server.address);
  const refuse = (): never => {
    throw new RangeError("not now");
  };
  expect(() => robot.ask(refuse)).toThrow(new RangeError("not now"));
  expect(robot.add(1, 1)).toBe(2);
});

it("runs callbacks that call back, each within the one before", () => {
  using robot = connectSync<Robot>(server.address);
  const step = (levels: number): number => robot.descend(levels, step) + 1;
  expect(robot.descend(20, step)).toBe(20);
  expect(robot.descend(64, step)).toBe(64);
});

it("refuses the 65th call within one another, by its limit, and goes on", () => {
  using robot = connectSync<Robot>(server.address);
  let deepest = 0;
  const step = (levels: number): number => {
    deepest += 1;
    return robot.descend(levels, step) + 1;
  };
  expect(() => robot.descend(65, step)).toThrow("More than 64 calls run within one another on this thread");
  expect(deepest).toBe(64);
  expect(robot.add(1, 1)).toBe(2);
});

it("runs callbacks that wait for one another to return", () => {
  using robot = connectSync<Robot>(server.address);
  const order: string[] = [];
  const first = (): number => {
    order.push("first begins");
    const sum = robot.add(1, 2);
    order.push("first ends");
    return sum;
  };
  const second = (): number => {
    order.push("second");
    return robot.add(3, 4);
  };
  expect(robot.askBoth(first, second)).toStrictEqual([3, 7]);
  expect(order).toContain("first ends");
});

it("runs a callback that comes later when the event loop turns, also an asynchronous one", async () => {
  using robot = connectSync<Robot>(server.address);
  using other = connectSync<Robot>(server.address);
  const heard: number[] = [];
  using stop = robot.watch(async (metres) => {
    await Promise.resolve();
    heard.push(metres);
  });
  other.move(1);
  expect(heard).toStrictEqual([]);
  await until(() => heard.length === 1);
  stop();
  other.move(2);
  expect([heard, robot.held]).toStrictEqual([[1], 0]);
});

it("answers for an asynchronous callback when the event loop turns, which it does not while this thread waits", async () => {
  using robot = connectSync<Robot>(server.address, { timeoutMs: 200 });
  let settled = false;
  const question = async (): Promise<string> => {
    await Promise.resolve();
    settled = true;
    return "late";
  };
  expect(() => robot.ask(question)).toThrow(expect.objectContaining({ code: "TIMEOUT" }));
  expect(settled).toBe(false);
  await until(() => settled);
  expect(robot.add(1, 1)).toBe(2);
});
