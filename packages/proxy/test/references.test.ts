import { describe, expect, it } from "vitest";
import { agentOf, byReference, byValue, connect, type Remote, release, Signal, serve } from "../src/index.ts";
import { failure, until } from "./fixture.ts";
import { transports } from "./transports.ts";

class Arm {
  readonly moved = new Signal<[angle: number]>();
  #angle = 0;

  get angle(): number {
    return this.#angle;
  }

  turn(by: number): number {
    this.#angle += by;
    this.moved.emit(this.#angle);
    return this.#angle;
  }

  self(): Arm {
    return this;
  }
}

class Robot {
  readonly callbacks = new Set<(value: number) => unknown>();
  readonly #arm = new Arm();
  held: unknown;

  get limb(): Arm {
    return this.#arm;
  }

  arm(): Arm {
    return this.#arm;
  }

  isArm(arm: unknown): boolean {
    return arm === this.#arm;
  }

  isSelf(robot: unknown): boolean {
    return robot === this;
  }

  async ask(question: (value: number) => number | Promise<number>): Promise<number> {
    return (await question(20)) + 1;
  }

  listen(callback: (value: number) => unknown): void {
    this.callbacks.add(callback);
  }

  unlisten(callback: (value: number) => unknown): boolean {
    return this.callbacks.delete(callback);
  }

  say(value: number): void {
    for (const callback of this.callbacks) callback(value);
  }

  hold(value: object): void {
    this.held = value;
  }

  giveBack(): unknown {
    return this.held;
  }

  adder(by: number): (value: number) => number {
    return (value) => value + by;
  }

  async nest(depth: number, down: (depth: number) => Promise<number>): Promise<number> {
    return depth === 0 ? 0 : 1 + (await down(depth - 1));
  }

  handlers = { onMove: () => "secret" };
}

describe.each(transports)("references over $name", ({ create }) => {
  async function meet(robot = new Robot()) {
    const transport = create();
    const server = await serve(robot, undefined, { transport });
    const proxy = await connect<Robot>(server.address, { transport });
    return {
      robot,
      proxy,
      server,
      transport,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await server.close();
        await transport.close();
      },
    };
  }

  it("lead to the object that stays there: calls, reads, signals", async () => {
    await using met = await meet();
    const arm = await met.proxy.arm();
    expect(await arm.turn(3)).toBe(3);
    expect(await arm.angle).toBe(3);
    const heard: number[] = [];
    await arm.moved.connect((angle) => heard.push(angle));
    await arm.turn(4);
    expect(heard).toStrictEqual([7]);
    expect(met.robot.arm().angle).toBe(7);
  });

  it("are the same proxy for the same object, and come home as the object itself", async () => {
    await using met = await meet();
    const arm = await met.proxy.arm();
    expect(await met.proxy.arm()).toBe(arm);
    expect(await arm.self()).toBe(arm);
    expect(await met.proxy.limb).toBe(arm);
    expect(await met.proxy.isArm(arm)).toBe(true);
    expect(await met.proxy.isSelf(met.proxy)).toBe(true);
  });

  it("carry callbacks, during the call and after it", async () => {
    await using met = await meet();
    expect(await met.proxy.ask((value) => value * 2)).toBe(41);
    const heard: number[] = [];
    const callback = (value: number): number => heard.push(value);
    await met.proxy.listen(callback);
    await met.proxy.say(1);
    expect(await met.proxy.unlisten(callback)).toBe(true);
    await met.proxy.say(2);
    await until(() => heard.length > 0);
    expect(heard).toStrictEqual([1]);
    expect(await met.proxy.unlisten(callback)).toBe(false);
  });

  it("give functions to the client", async () => {
    await using met = await meet();
    const add = await met.proxy.adder(5);
    expect(await add(3)).toBe(8);
    expect(typeof add).toBe("function");
  });

  it("nest seven deep between the two ends", async () => {
    await using met = await meet();
    const down = async (depth: number): Promise<number> => 1 + (await met.proxy.nest(depth, down));
    expect(await met.proxy.nest(7, down)).toBe(14);
  });

  it("reach an error of a callback back to whoever called it", async () => {
    await using met = await meet();
    const call = met.proxy.ask(() => {
      throw new RangeError("not that one");
    });
    expect(await failure(call)).toMatchObject({ name: "RangeError", message: "not that one" });
  });

  it("hold the client's own objects, which come home identical", async () => {
    await using met = await meet();
    const arm = new Arm();
    await met.proxy.hold(arm);
    const held = met.robot.held as Remote<Arm>;
    expect(await held.turn(2)).toBe(2);
    expect(arm.angle).toBe(2);
    expect(await met.proxy.giveBack()).toBe(arm);
  });

  it("are let go of by using and by release, and say so afterwards", async () => {
    await using met = await meet();
    const arm = await met.proxy.arm();
    release(arm);
    expect(await failure(arm.turn(1))).toMatchObject({ code: "REFERENCE_LOST" });
    const again = await met.proxy.arm();
    expect(again).not.toBe(arm);
    expect(await again.turn(1)).toBe(1);
    {
      using scoped = again;
      expect(await scoped.angle).toBe(1);
    }
    expect(await failure(again.turn(1))).toMatchObject({ code: "REFERENCE_LOST" });
    expect(agentOf(met.proxy).stats()).toMatchObject({ importedReferences: 0, exportedReferences: 0 });
  });

  it("do not leave through fields and collections, whose functions are not exposed", async () => {
    await using met = await meet();
    expect(await failure(Promise.resolve(met.proxy.handlers))).toMatchObject({ code: "NOT_SERIALIZABLE" });
  });

  it("are not made of the platform's own objects, on which nothing could be reached", async () => {
    await using met = await meet();
    for (const value of [/secret/, new WeakMap(), Promise.resolve(1)]) {
      expect(await failure(met.proxy.hold(value))).toMatchObject({ code: "NOT_SERIALIZABLE" });
    }
  });

  it("are chosen by byReference and avoided by byValue", async () => {
    await using met = await meet();
    const list = [1, 2];
    await met.proxy.hold(byReference(list));
    expect(await met.proxy.giveBack()).toBe(list);
    await met.proxy.hold(byValue(new Robot().arm()));
    expect(met.robot.held).not.toHaveProperty("turn");
  });

  it("of one server are relayed to another by whoever holds both", async () => {
    await using first = await meet();
    await using second = await meet();
    const arm = await first.proxy.arm();
    await second.proxy.hold(arm);
    const held = second.robot.held as Remote<Arm>;
    expect(await held.turn(9)).toBe(9);
    expect(first.robot.arm().angle).toBe(9);
    const heard: number[] = [];
    await held.moved.connect((angle) => heard.push(angle));
    await arm.turn(1);
    await until(() => heard.length > 0);
    expect(heard).toStrictEqual([10]);
    expect(await second.proxy.giveBack()).toBe(arm);
  });

  it("of a client that left are gone, and calling them disturbs nobody", async () => {
    await using met = await meet();
    await met.proxy.listen(() => undefined);
    await met.proxy[Symbol.asyncDispose]();
    await until(() => met.server.clients === 0);
    met.robot.say(1);
    const [callback] = met.robot.callbacks;
    expect(await failure(Promise.resolve(callback?.(1)))).toMatchObject({ code: "REFERENCE_LOST" });
  });
});
