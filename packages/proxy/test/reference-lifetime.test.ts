import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { agentOf, connect, type Remote, release, Signal, serve, withOptions } from "../src/index.ts";
import { type Imported, References } from "../src/references.ts";
import { failure, turns, until } from "./fixture.ts";
import { sized } from "./size.ts";

const COUNT = sized(2_000, 100_000);
const BATCH = 500;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

class Arm {
  readonly moved = new Signal<[angle: number]>();
  #angle = 0;

  turn(by: number): number {
    this.#angle += by;
    this.moved.emit(this.#angle);
    return this.#angle;
  }
}

class Factory {
  readonly arm = new Arm();
  /** Through it the served end sees its own side of the connection. */
  caller: object | undefined;
  callback: ((value: number) => Promise<number>) | undefined;

  enter(caller: () => void): void {
    this.caller = caller;
  }

  listen(callback: (value: number) => Promise<number>): void {
    this.callback = callback;
  }

  async say(value: number): Promise<number | undefined> {
    return await this.callback?.(value);
  }

  make(): Arm {
    return new Arm();
  }

  get(): Arm {
    return this.arm;
  }

  isCallback(callback: unknown): boolean {
    return callback === this.callback;
  }
}

/** Waits for a state of a proxy's connection. */
async function reaches(proxy: object, wanted: string): Promise<void> {
  for await (const { state } of agentOf(proxy).states()) if (state === wanted) return;
}

async function meet(codec: "cbor" | "json" = "cbor") {
  const transport = memory();
  const factory = new Factory();
  const server = await serve(factory, "factory", { transport, parking: { forMs: 50 } });
  const proxy = await connect<Factory>("factory", { transport, codec, reconnect: { minDelayMs: 5 } });
  const enter = (): void => undefined;
  await proxy.enter(enter);
  return {
    transport,
    factory,
    server,
    proxy,
    /** The things that the server keeps for the client. */
    kept: () => agentOf(factory.caller ?? {}).stats().exportedReferences,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server.close();
      await transport.close();
      // The client holds its function that long, as its users do.
      enter();
    },
  };
}

/** Has many things made, and does something with each of them. */
async function makeMany(factory: Remote<Factory>, use: (arm: Remote<Arm> & Disposable) => void): Promise<void> {
  for (let made = 0; made < COUNT; made += BATCH) {
    const arms = await Promise.all(Array.from({ length: BATCH }, () => factory.make()));
    for (const arm of arms) use(arm);
  }
}

describe.each(["cbor", "json"] as const)("a server's table in %s", (codec) => {
  const timeout = sized(20_000, 300_000);

  it("is empty once a client released everything", { timeout }, async () => {
    await using met = await meet(codec);
    await makeMany(met.proxy, release);
    await until(() => met.kept() === 0);
    expect(agentOf(met.proxy).stats().importedReferences).toBe(0);
  });

  it("is empty once a client's blocks ended", { timeout }, async () => {
    await using met = await meet(codec);
    await makeMany(met.proxy, (made) => {
      using arm = made;
      expect(typeof arm).toBe("object");
    });
    await until(() => met.kept() === 0);
  });

  it("is empty once a client's collector found that nobody uses anything", { timeout }, async () => {
    await using met = await meet(codec);
    await makeMany(met.proxy, () => undefined);
    await until(() => {
      collect();
      return met.kept() === 0;
    });
    expect(agentOf(met.proxy).stats().importedReferences).toBe(0);
  });

  it("is empty once a client died", { timeout }, async () => {
    await using met = await meet(codec);
    const held: object[] = [];
    await makeMany(met.proxy, (arm) => held.push(arm));
    expect(met.kept()).toBe(COUNT);
    met.transport.faults.set({ refusal: 1 });
    met.transport.faults.cut();
    await until(() => met.server.clients === 0);
    await turns();
    expect(met.kept()).toBe(0);
    expect(held).toHaveLength(COUNT);
  });
});

describe("a reference", () => {
  it("that arrived many times is released once, with the number of times", () => {
    const released: [reference: number, count: number][] = [];
    const references = new References({
      root: undefined,
      maxReferences: 10,
      find: () => undefined,
      isBuiltIn: () => false,
      create: (imported) => ({ imported }),
      release: (reference, count) => released.push([reference, count]),
    });
    const proxies = Array.from({ length: 1_000 }, () => references.arrive(7, 0));
    expect(new Set(proxies).size).toBe(1);
    const [proxy] = proxies as { imported: Imported }[];
    if (proxy) references.release(proxy.imported);
    if (proxy) references.release(proxy.imported);
    expect(released).toStrictEqual([[7, 1_000]]);
  });

  it("that is released while it is on its way again is kept", async () => {
    await using met = await meet();
    for (let round = 0; round < 100; round += 1) {
      const arm = await met.proxy.get();
      const onItsWay = met.proxy.get();
      release(arm);
      const again = await onItsWay;
      expect(again).not.toBe(arm);
      expect(await again.turn(1)).toBe(round + 1);
      if (round % 2 === 0) release(again);
    }
    expect(met.kept()).toBe(1);
    release(await met.proxy.get());
    await until(() => met.kept() === 0);
  });

  it("is held by what was made of its proxy", async () => {
    await using met = await meet();
    const patient = withOptions(await met.proxy.get(), { timeoutMs: 5_000 });
    const { turn } = await met.proxy.make();
    for (let round = 0; round < 10; round += 1) {
      collect();
      await turns();
    }
    expect(met.kept()).toBe(2);
    expect([await patient.turn(1), await turn(2)]).toStrictEqual([1, 2]);
  });

  it("is held by a slot at its signal, and let go of after that", async () => {
    await using met = await meet();
    const heard: number[] = [];
    const connection = await (await met.proxy.get()).moved.connect((angle) => heard.push(angle));
    for (let round = 0; round < 10; round += 1) {
      collect();
      await turns();
    }
    expect(met.kept()).toBe(1);
    met.factory.arm.turn(3);
    await until(() => heard.length === 1);
    await connection.disconnect();
    expect(met.factory.arm.moved.size).toBe(0);
  });

  it("says that it is lost after the server restarted, while a new one works", async () => {
    const met = await meet();
    const arm = await met.proxy.get();
    const reset = reaches(met.proxy, "reset");
    const parked = reaches(met.proxy, "parked");
    met.transport.faults.set({ refusal: 1 });
    met.transport.faults.cut();
    await parked;
    await met.server.close();
    await using _second = await serve(new Factory(), "factory", { transport: met.transport });
    met.transport.faults.heal();
    await reset;
    expect(await failure(arm.turn(1))).toMatchObject({ name: "ProxyError", code: "REFERENCE_LOST" });
    expect(await failure(met.proxy.listen(arm as never))).toMatchObject({ code: "REFERENCE_LOST" });
    expect(await (await met.proxy.get()).turn(1)).toBe(1);
    await met.proxy[Symbol.asyncDispose]();
  });

  it.each(["cbor", "json"] as const)("stays the same over lost links, in %s, and callbacks go on", async (codec) => {
    await using met = await meet(codec);
    const arm = await met.proxy.get();
    const callback = async (value: number): Promise<number> => value * 2;
    await met.proxy.listen(callback);
    for (let cut = 1; cut <= 10; cut += 1) {
      const answers = [arm.turn(1), met.proxy.say(cut)];
      met.transport.faults.cut();
      expect(await Promise.all(answers)).toStrictEqual([cut, 2 * cut]);
      expect(await met.proxy.get()).toBe(arm);
      expect(await met.proxy.isCallback(callback)).toBe(true);
    }
    expect(agentOf(met.proxy).stats()).toMatchObject({ resumes: 10, resets: 0, importedReferences: 1 });
    expect(met.kept()).toBe(1);
  });
});
