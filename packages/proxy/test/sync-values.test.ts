import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, connectSync } from "../src/sync/index.ts";
import { type Robot, type SyncServer, startProcess, startThread } from "./sync-peer.ts";

describe.each([
  { where: "process", start: startProcess },
  { where: "thread", start: startThread },
])("an object in another $where, used synchronously", ({ start }) => {
  let server: SyncServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("gives values as they are there", () => {
    using robot = connectSync<Robot>(server.address);
    expect(robot.name).toBe("Robbie");
    expect(robot.age).toBe(28);
    expect(robot.owner).toBeNull();
    expect(robot.born).toStrictEqual(new Date(0));
    expect(robot.path).toStrictEqual([3, 1, 2]);
    expect(robot.arm).toStrictEqual({ joints: { shoulder: 10, elbow: 20 }, tool: "gripper" });
    expect(robot.arm.joints.elbow).toBe(20);
    expect(robot.tags).toStrictEqual(new Set(["indoor"]));
    expect(robot.table.get("home")).toStrictEqual({ x: 0, y: 0 });
    expect(robot.table.get("nowhere")).toBeUndefined();
  });

  it("takes values by assignment", () => {
    using robot = connectSync<Robot>(server.address);
    robot.age = 29;
    robot.owner = "Will";
    robot.path = [1];
    expect([robot.age, robot.owner, robot.path]).toStrictEqual([29, "Will", [1]]);
    Object.assign(robot, { age: 28, owner: null, path: [3, 1, 2] });
    expect([robot.age, robot.owner, robot.path]).toStrictEqual([28, null, [3, 1, 2]]);
  });

  it("throws at the assignment what the setter throws", () => {
    using robot = connectSync<Robot>(server.address);
    expect(() => {
      robot.speed = 11;
    }).toThrow(new RangeError("11 is too fast"));
    robot.speed = 3;
    expect(robot.speed).toBe(3);
  });

  it("returns what methods return, and what their promises resolve with", () => {
    using robot = connectSync<Robot>(server.address);
    expect(robot.add(2, 3)).toBe(5);
    expect(robot.addLater(2, 3)).toBe(5);
    expect(robot.echo({ deep: [1, { map: new Map([["a", 1n]]) }] })).toStrictEqual({
      deep: [1, { map: new Map([["a", 1n]]) }],
    });
    const { add } = robot;
    expect([add(1, 1), robot.add === add, add.name]).toStrictEqual([2, true, "add"]);
  });

  it("carries bytes of every size", () => {
    using robot = connectSync<Robot>(server.address);
    for (const size of [0, 1, 8_191, 8_192, 1_000_000]) {
      const bytes = new Uint8Array(size).fill(7);
      const back = robot.echo(bytes);
      expect([back instanceof Uint8Array && Buffer.compare(back, bytes), bytes.byteLength]).toStrictEqual([0, size]);
    }
    expect(robot.echo(new Float64Array([0.5, 1.5]))).toStrictEqual(new Float64Array([0.5, 1.5]));
  });

  it("gives objects with methods as synchronous proxies, the same one for the same object", () => {
    using robot = connectSync<Robot>(server.address);
    const { spare } = robot;
    expect(spare.name).toBe("Robbie");
    spare.name = "Spare";
    expect([robot.spare.name, robot.name, spare.add(1, 2)]).toStrictEqual(["Spare", "Robbie", 3]);
    expect(robot.spare).toBe(spare);
    expect([robot.isOwn(robot), robot.isOwn(spare), robot.both(spare, robot.spare)]).toStrictEqual([true, false, true]);
    expect(robot.echo({ list: [spare] })).toStrictEqual({ list: [spare] });
  });

  it("works on a member itself where reading it gives a copy", () => {
    using robot = connectSync<Robot>(server.address);
    robot.arm.joints.elbow = 99;
    robot.table.set("copy", { x: 1, y: 1 });
    expect([robot.arm.joints.elbow, robot.table.size]).toStrictEqual([20, 1]);
    at(at(robot, "arm"), "joints").elbow = 25;
    at(robot, "table").set("here", { x: 1, y: 1 });
    at(robot, "path").push(4);
    at(robot, "tags").add("quick");
    expect([robot.arm.joints.elbow, robot.table.get("here")]).toStrictEqual([25, { x: 1, y: 1 }]);
    expect([at(robot, "path").length, robot.path[3], robot.tags.has("quick")]).toStrictEqual([4, 4, true]);
    at(at(robot, "arm"), "joints").elbow = 20;
    at(robot, "table").delete("here");
    at(robot, "path").pop();
    at(robot, "tags").delete("quick");
    expect(() => robot.echo(at(robot, "table"))).toThrow(/^A member of a remote object is no value/);
    expect(() => at<{ arm: number }, "arm">({}, "arm")).toThrow(TypeError);
  });

  it("lets go of an object at the end of a block", () => {
    using robot = connectSync<Robot>(server.address);
    const kept: { readonly name: string }[] = [];
    const before = robot.references(() => undefined);
    {
      using spare = robot.spare;
      kept.push(spare);
      expect(robot.references(() => undefined)).toBe(before + 1);
    }
    expect(robot.references(() => undefined)).toBe(before);
    expect(() => kept[0]?.name).toThrow(expect.objectContaining({ name: "ProxyError", code: "REFERENCE_LOST" }));
    expect(robot.spare.age).toBe(28);
  });

  it("reads a stream when the event loop turns, and sends one only then", async () => {
    using robot = connectSync<Robot>(server.address);
    const items: number[] = [];
    for await (const item of robot.count(1_000)) items.push(item);
    expect([items.length, items.at(-1)]).toStrictEqual([1_000, 1_000]);
    async function* own(): AsyncGenerator<number> {
      yield 1;
      yield 2;
    }
    // Its items leave when this thread turns, which it does not while it waits for the sum.
    using impatient = connectSync<Robot>(server.address, { timeoutMs: 100 });
    expect(() => impatient.sum(own())).toThrow(expect.objectContaining({ code: "TIMEOUT" }));
  });

  it("prints, compares and becomes text without asking the server", async () => {
    const robot = connectSync<Robot>(server.address);
    const text = `[Remote ${server.address}#]`;
    expect([`${robot}`, JSON.stringify({ robot }), await robot]).toStrictEqual([
      text,
      JSON.stringify({ robot: text }),
      robot,
    ]);
    expect(["age" in robot, "nothing" in robot]).toStrictEqual([true, false]);
    robot[Symbol.dispose]();
    expect(`${robot}`).toBe(text);
  });
});
