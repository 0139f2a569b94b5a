import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import {
  agentOf,
  at,
  connect,
  describe as describeRemote,
  notify,
  ProxyError,
  type Remote,
  serve,
  set,
  withOptions,
} from "../src/index.ts";
import { failure, stage, turns, until, untyped, untypedMethods } from "./fixture.ts";
import { Joint, Robot } from "./jointed-robot.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";

/** Counts the messages that a connection sends while something runs. */
async function batchesDuring(proxy: object, run: () => PromiseLike<unknown>): Promise<number> {
  const before = agentOf(proxy).stats().sent.batches;
  await run();
  return agentOf(proxy).stats().sent.batches - before;
}

describe.each(transports)("a call on a result that is not here yet, over $name", ({ create }) => {
  const open = () => stage(new Robot(), { transport: create() });

  it("leaves with the call that makes the result, in one message", async () => {
    await using robot = await open();
    await robot.proxy.angle();
    expect(await batchesDuring(robot.proxy, () => robot.proxy.arm().joint(1).turn(5))).toBe(1);
    expect(await batchesDuring(robot.proxy, async () => expect(await robot.proxy.arm().joint(1).angle).toBe(15))).toBe(
      1,
    );
  });

  it("is one message, whether its turn begins with a timer, a socket or a promise", async () => {
    await using robot = await open();
    const read = () => batchesDuring(robot.proxy, async () => expect(await robot.proxy.arm().joint(2).angle).toBe(20));
    expect(await new Promise<number>((resolve) => setTimeout(() => resolve(read()), 1))).toBe(1);
    expect(await new Promise<number>((resolve) => setImmediate(() => resolve(read())))).toBe(1);
    expect(await robot.proxy.angle().then(read)).toBe(1);
  });

  it("is one message however long the chain: ten calls, each on the result of the one before", async () => {
    await using joint = await stage(new Joint(0), { transport: create() });
    await joint.proxy.turn(0);
    const chain = (): PromiseLike<number> =>
      joint.proxy.next().next().next().next().next().next().next().next().next().next().turn(1);
    expect(await batchesDuring(joint.proxy, async () => expect(await chain()).toBe(11))).toBe(1);
  });

  it("waits at the far end for a result that takes its time", async () => {
    await using robot = await open();
    expect(await robot.proxy.lateArm().joint(2).next().turn(4)).toBe(25);
  });

  it("rejects with what the call before it threw, which is nobody else's", async () => {
    await using robot = await open();
    expect(await failure(robot.proxy.noArm().joint(1).turn(1))).toMatchObject({
      name: "RangeError",
      message: "it has no arm",
    });
    expect(await failure(robot.proxy.brokenArm().joint(1).angle)).toMatchObject({ message: "the arm is broken" });
    expect(await failure(robot.proxy.arm().joint(9).angle)).toMatchObject({ message: "there is no joint 9" });
    expect(await robot.proxy.angle()).toBe(7);
  });

  it("leaves nothing of a result that was only a path, at either end", async () => {
    await using robot = await open();
    for (let round = 0; round < 10; round += 1) await robot.proxy.arm().joint(1).angle;
    const { exportedReferences, importedReferences, pendingCalls } = agentOf(robot.proxy).stats();
    expect({ exportedReferences, importedReferences, pendingCalls }).toEqual({
      exportedReferences: 0,
      importedReferences: 0,
      pendingCalls: 0,
    });
  });

  it("can be awaited as well, in the turn of the call", async () => {
    await using robot = await open();
    const arm = robot.proxy.arm();
    const angle = arm.joint(1).turn(1);
    const kept = await arm;
    expect(await angle).toBe(11);
    expect(await kept.joint(1).turn(1)).toBe(12);
    const other = robot.proxy.arm();
    const awaited = other.then((value) => value);
    expect(await other.joint(1).turn(1)).toBe(13);
    expect(await awaited).toBe(kept);
    expect(await robot.proxy.called).toBe(2);
  });

  it("says so when what was only a path is awaited, or used, in a later turn", async () => {
    await using robot = await open();
    const arm = robot.proxy.arm();
    await arm.joint(1).turn(1);
    for (const late of [failure(arm), failure(arm.joint(1).turn(1)), failure(arm.joint(1).angle)]) {
      const error = await late;
      expect(error).toBeInstanceOf(ProxyError);
      expect(error).toMatchObject({
        code: "NOT_KEPT",
        message: expect.stringMatching(/arm\(\).*await it in that turn/),
      });
    }
  });

  it("waits for the result here when the call has left already", async () => {
    await using robot = await open();
    const arm = robot.proxy.arm();
    await turns();
    expect(await arm.joint(1).turn(1)).toBe(11);
    expect(await arm.joint(1).angle).toBe(11);
    const info = robot.proxy.arm().info();
    await turns();
    expect(await info.tool.name).toBe("gripper");
    expect(await info.first.turn(2)).toBe(2);
    expect(await failure(at(untyped(info), "parts"))).toMatchObject({ code: "NOT_FOUND" });
    const broken = robot.proxy.brokenArm();
    expect(await failure(broken)).toMatchObject({ message: "the arm is broken" });
    expect(await failure(broken.joint(1).turn(1))).toMatchObject({ message: "the arm is broken" });
  });

  it("reaches into data that the result is made of, and what lies in it by reference", async () => {
    await using robot = await open();
    const info = robot.proxy.arm().info();
    expect(await Promise.all([info.name, info.tool.name, info.first.turn(3), info.first.angle])).toEqual([
      "left",
      "gripper",
      3,
      3,
    ]);
    expect(await failure(at(untyped(robot.proxy.arm().info()), "_secret"))).toMatchObject({ code: "NOT_FOUND" });
    for (const name of ["constructor", "__proto__", "prototype", "toString"]) {
      expect(await failure(at(untyped(robot.proxy.arm().info()), name))).toMatchObject({ code: "NOT_FOUND" });
    }
  });

  it("changes nothing of what crosses as a copy", async () => {
    const robot = new Robot();
    await using served = await stage(robot, { transport: create() });
    const list = () => untypedMethods(served.proxy.arm().list());
    expect(await failure(Promise.resolve(list().push?.({ name: "more" })))).toMatchObject({ code: "NOT_FOUND" });
    expect(await failure(set(untyped(served.proxy.arm().list()), "0", "other"))).toMatchObject({
      code: "NOT_WRITABLE",
    });
    expect(await failure(set(untyped(served.proxy.arm().info()), "name", "other"))).toMatchObject({
      code: "NOT_WRITABLE",
    });
    expect(await served.proxy.arm().list()).toEqual([{ name: "motor" }, { name: "hand" }]);
  });

  it("sets, tells, describes and connects slots like any other", async () => {
    await using robot = await open();
    await set(robot.proxy.arm().joint(1), "angle", 40);
    expect(await robot.proxy.arm().joint(1).angle).toBe(40);
    await notify(robot.proxy.arm().joint(1)).turn(2);
    expect(await robot.proxy.arm().joint(1).angle).toBe(42);
    expect((await describeRemote(robot.proxy.arm().joint(1))).members.map(({ name }) => name)).toEqual([
      "angle",
      "next",
      "turn",
      "turned",
    ]);
    const angles: number[] = [];
    const connection = await robot.proxy
      .arm()
      .joint(1)
      .turned.connect((angle) => void angles.push(angle));
    await robot.proxy.arm().joint(1).turn(1);
    await connection.disconnect();
    await robot.proxy.arm().joint(1).turn(1);
    expect(angles).toEqual([43]);
    const joint = robot.proxy.arm().joint(1);
    await turns();
    await using _late = await joint.turned.connect((angle) => void angles.push(angle));
    await robot.proxy.arm().joint(1).turn(1);
    expect(angles).toEqual([43, 45]);
  });

  it("is cancelled with the call that it waits for", async () => {
    await using robot = await open();
    const controller = new AbortController();
    const angle = failure(robot.proxy.endless(controller.signal).joint(1).angle);
    await turns();
    controller.abort(new Error("enough"));
    expect(await angle).toMatchObject({ message: "enough" });
    const limited = withOptions(robot.proxy, { timeoutMs: 50 });
    expect(await failure(limited.endless(new AbortController().signal).joint(1).angle)).toMatchObject({
      code: "TIMEOUT",
    });
    expect(await robot.proxy.angle()).toBe(7);
  });

  it("is a promise like others for whoever does not know", async () => {
    await using robot = await open();
    const result = robot.proxy.angle();
    expect(result).toBeInstanceOf(Promise);
    expect(Object.prototype.toString.call(result)).toBe("[object Promise]");
    expect(await Promise.all([result, Promise.resolve(result), result.finally(() => undefined)])).toEqual([7, 7, 7]);
    await expect(robot.proxy.angle()).resolves.toBe(7);
    expect(result.then(() => 0).constructor).toBe(Promise);
    const before = agentOf(robot.proxy).stats().sent.batches;
    const { inspect } = await import("node:util");
    expect(inspect(result)).toContain("7");
    expect(String(result)).toContain("[Remote");
    expect(JSON.stringify({ result })).toContain("[Remote");
    expect(() => Object.assign(result, { x: 1 })).toThrow(/cannot be assigned: use await set/);
    await turns();
    expect(agentOf(robot.proxy).stats().sent.batches).toBe(before);
  });

  it("leaves the table empty after chained calls by the thousand", { timeout: 120_000 }, async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const robot = new Robot();
    const transport = create();
    await using served = await stage(robot, { transport });
    const chains = sized(5_000, 100_000);
    for (let done = 0; done < chains; done += 500) {
      const angles = Array.from({ length: 250 }, () => served.proxy.arm().joint(1).next().angle);
      const broken = Array.from({ length: 250 }, () => failure(served.proxy.noArm().joint(1).next().turn(1)));
      expect(new Set(await Promise.all(angles))).toEqual(new Set([11]));
      expect(await Promise.all(broken)).toHaveLength(250);
    }
    await turns();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    const { exportedReferences, importedReferences, pendingCalls } = agentOf(served.proxy).stats();
    expect([exportedReferences, importedReferences, pendingCalls]).toEqual([0, 0, 0]);
  });

  it("loses nothing when its result crosses a holder that is in between", async () => {
    await using robot = await open();
    class Holder {
      #held: Remote<Robot> | undefined;
      hold(robot: Remote<Robot>): void {
        this.#held = robot;
      }
      robot(): Remote<Robot> {
        if (!this.#held) throw new Error("nothing is held");
        return this.#held;
      }
    }
    await using holder = await stage(new Holder(), { transport: create() });
    await holder.proxy.hold(robot.proxy);
    const relayed = holder.proxy.robot() as unknown as Remote<Robot>;
    expect(await relayed.arm().joint(1).turn(1)).toBe(11);
  });
});

describe("ten dependent calls over a slow link", () => {
  it("take about one round trip", async () => {
    await using transport = zmq();
    await using server = await serve(new Joint(0), "tcp://127.0.0.1:0", { transport });
    await using link = await faultProxy(server.address);
    await using joint = await connect<Joint>(link.address, { transport });
    link.delay(50);
    const started = performance.now();
    await joint.turn(0);
    const onceMs = performance.now() - started;
    const chained = performance.now();
    const angle = await joint.next().next().next().next().next().next().next().next().next().angle;
    const tenMs = performance.now() - chained;
    expect(angle).toBe(9);
    expect(onceMs).toBeGreaterThan(95);
    // Ten round trips would take ten times as long.
    expect(tenMs).toBeLessThan(onceMs * 3);
  });
});

it("a peer that keeps results without end is told the limit, and harms nobody else", async () => {
  await using robot = await stage(new Robot(), { transport: memory(), serve: { limits: { maxReferences: 3 } } });
  const joints = Array.from({ length: 6 }, () => robot.proxy.arm().joint(1).angle);
  const outcomes = await Promise.allSettled(joints);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "NOT_KEPT" });
  }
  await until(() => agentOf(robot.proxy).stats().pendingCalls === 0);
  expect(await robot.proxy.arm().joint(1).angle).toBe(10);
});
