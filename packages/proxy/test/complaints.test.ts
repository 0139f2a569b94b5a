import type { SessionState } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { agentOf, connect, type Remote, type Server, Signal, serve, withOptions } from "../src/index.ts";
import { failure, stage, until } from "./fixture.ts";
import { OverheatedError, Robot } from "./robot.ts";
import { transports } from "./transports.ts";

class Counter {
  readonly counted = new Signal<[count: number]>();
  readonly inner = { label: "inner" };
  #count = 0;

  count(): number {
    this.#count += 1;
    this.counted.emit(this.#count);
    return this.#count;
  }

  forever(): Promise<never> {
    return new Promise(() => undefined);
  }
}

/** What stands between the two ends, and breaks. */
interface Link extends AsyncDisposable {
  readonly address: string;
  cut(): void;
  refuse(): void;
  accept(): void;
}

/** Media with links that break. */
const links: readonly { readonly name: string; create(): [Transport, (address: string) => Promise<Link>] }[] = [
  {
    name: "memory",
    create() {
      const transport = memory();
      const link = async (address: string): Promise<Link> => ({
        address,
        cut: () => transport.faults.cut(),
        refuse: () => transport.faults.set({ refusal: 1 }),
        accept: () => transport.faults.set({}),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
      return [transport, link];
    },
  },
  {
    name: "zmq",
    create: () => [zmq(), (address) => faultProxy(address, { seed: 3 })],
  },
];

/** A served counter, a proxy of it, and a link that can be broken. */
async function stageOver([transport, createLink]: [Transport, (address: string) => Promise<Link>]) {
  let counter = new Counter();
  let server: Server = await serve(counter, undefined, { transport });
  const { address } = server;
  const link = await createLink(address);
  const reconnect = { minDelayMs: 1, maxDelayMs: 20 };
  const proxy = await connect<Counter>(link.address, { transport, reconnect });
  return {
    link,
    proxy,
    counter: () => counter,
    /** Ends the server as a crash would, nobody being told, and starts another with a fresh object. */
    async restart(): Promise<void> {
      link.refuse();
      link.cut();
      await stateOf(proxy, "parked");
      await server.close();
      counter = new Counter();
      server = await serve(counter, address, { transport });
      link.accept();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await proxy[Symbol.asyncDispose]();
      await server.close();
      await link[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}

/** Waits for a state of a proxy's connection. */
async function stateOf(proxy: Remote<Counter>, wanted: SessionState): Promise<void> {
  for await (const { state } of agentOf(proxy).states()) if (state === wanted) return;
  throw new Error(`The connection ended without having been ${wanted}`);
}

describe.each(links)("over $name, whose links break", ({ create }) => {
  it("complaint 1: a proxy goes on by itself after a cut and after a restart, and a lost call says so [pizco-16]", async () => {
    await using all = await stageOver(create());
    const { proxy, link } = all;
    const { inner } = proxy;
    link.cut();
    expect(await proxy.count()).toBe(1);
    const pending = failure(proxy.forever());
    expect(await proxy.count()).toBe(2);
    await all.restart();
    expect(await pending).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await proxy.count()).toBe(1);
    expect(await inner.label).toBe("inner");
    expect(agentOf(proxy).stats()).toMatchObject({ resumes: 1, resets: 1 });
  });

  it("complaint 2: a slot hears every emission, though the link is killed 100 times", async () => {
    await using all = await stageOver(create());
    const heard: number[] = [];
    await all.proxy.counted.connect((count) => heard.push(count));
    const kills = 100;
    for (let kill = 1; kill <= kills; kill += 1) {
      all.link.cut();
      all.counter().count();
      await until(() => heard.length >= kill);
    }
    expect(heard).toStrictEqual(Array.from({ length: kills }, (_, index) => index + 1));
    expect(all.counter().counted.size).toBe(1);
    expect(agentOf(all.proxy).stats()).toMatchObject({ resumes: kills, resets: 0 });
  });

  it("complaint 2: a slot is connected anew, and told of the gap, each time the server restarts [pizco-16]", async () => {
    await using all = await stageOver(create());
    const heard: string[] = [];
    const onGap = (): void => void heard.push("gap");
    await all.proxy.counted.connect((count) => heard.push(`heard ${count}`), { onGap });
    const restarts = 10;
    for (let restart = 1; restart <= restarts; restart += 1) {
      await all.restart();
      await until(() => heard.length === restart * 2 - 1);
      all.counter().count();
      await until(() => heard.length === restart * 2);
    }
    expect(heard).toStrictEqual(Array.from({ length: restarts }, () => ["gap", "heard 1"]).flat());
    expect(agentOf(all.proxy).stats()).toMatchObject({ resumes: 0, resets: restarts });
  });

  it("complaint 31: what becomes of the connection can be watched, from the first cut to the end", async () => {
    await using all = await stageOver(create());
    const { proxy, link } = all;
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { state, reason } of agentOf(proxy).states()) seen.push(`${state} ${reason?.code ?? ""}`);
    })();
    await proxy.count();
    link.cut();
    await proxy.count();
    await all.restart();
    await stateOf(proxy, "open");
    expect(await proxy.count()).toBe(1);
    expect(agentOf(proxy).state).toStrictEqual({ state: "open", reason: undefined });
    await proxy[Symbol.asyncDispose]();
    await watching;
    const [resumed, reset] = [
      ["parked LOST", "open "],
      ["parked LOST", "reset LOST", "open "],
    ];
    expect(seen).toStrictEqual(["open ", ...resumed, ...reset, "closed "]);
  });
});

describe.each(transports)("over $name", ({ create }) => {
  it("complaint 6: one method has a deadline of its own, others keep theirs", async () => {
    await using all = await stage(new Robot(), { transport: create(), connect: { callTimeoutMs: 20_000 } });
    const hasty = withOptions(all.proxy.forever, { timeoutMs: 30 });
    const { message } = await failure(hasty());
    expect(message).toContain('"forever" gave no answer in 30 ms');
    expect(await all.proxy.whoAsks()).toMatchObject({ timeoutMs: 20_000 });
  });

  it("complaint 14: a call runs once, whether nobody awaits it or many do", async () => {
    let runs = 0;
    const root = {
      async *count() {
        yield "first";
        yield "second";
      },
      run: () => {
        runs += 1;
        return runs;
      },
    };
    await using all = await stage(root, { transport: create(), serve: { expose: ["count", "run"] } });
    const { proxy } = all;
    void proxy.run();
    await until(() => runs === 1);
    const call = proxy.run();
    expect(call).toBeInstanceOf(Promise);
    expect(await Promise.all([call, call, call.then((value) => value)])).toStrictEqual([2, 2, 2]);
    expect(runs).toBe(2);
    const items: string[] = [];
    for await (const item of await proxy.count()) items.push(item);
    expect(items).toStrictEqual(["first", "second"]);
  });

  it("complaint 32: every registration returns what ends it, and nothing else", async () => {
    await using transport = create();
    const counter = new Counter();
    const addresses: string[] = [];
    let heard = 0;
    const slot = (): void => {
      heard += 1;
    };
    {
      await using server = await serve(counter, undefined, { transport });
      addresses.push(server.address);
      await using proxy = await connect<Counter>(server.address, { transport });
      {
        using _local = counter.counted.connect(slot);
        await using _remote = await proxy.counted.connect(slot);
        expect(counter.counted.size).toBe(2);
      }
      expect([counter.counted.size, server.clients]).toStrictEqual([0, 1]);
      expect(await proxy.count()).toBe(1);
    }
    expect(heard).toBe(0);
    for (const address of addresses) {
      expect(await failure(connect(address, { transport }))).toMatchObject({ code: "REFUSED" });
    }
  });
});

it("complaint 17: a program runs on memory as it does on ZeroMQ: nothing changes but the transport", async () => {
  const run = async (transport: Transport): Promise<unknown[]> => {
    await using server = await serve(new Robot(), "tcp://127.0.0.1:0", { transport });
    await using robot = await connect<Robot>(server.address, { transport, errors: { OverheatedError } });
    const values = [await robot.add(1, 2), await robot.name, await robot.table.get("home"), await robot.serial];
    const hot = await failure(robot.heat(99));
    await transport.close();
    return [values, hot instanceof OverheatedError, hot.message, (await failure(robot.add(1, 2))).code];
  };
  expect(await run(memory())).toStrictEqual(await run(zmq()));
});

it("complaint 32: a disposed connection of a slot leaves a later one of the same slot alone", () => {
  const signal = new Signal();
  let heard = 0;
  const slot = (): void => {
    heard += 1;
  };
  const first = signal.connect(slot);
  signal.disconnect(slot);
  using _second = signal.connect(slot);
  first[Symbol.dispose]();
  signal.emit();
  expect([heard, signal.size]).toStrictEqual([1, 1]);
});
