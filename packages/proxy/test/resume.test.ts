import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { agentOf, connect, Signal, serve } from "../src/index.ts";

class Counter {
  readonly counted = new Signal<[count: number]>();
  #count = 0;

  count(): number {
    this.#count += 1;
    this.counted.emit(this.#count);
    return this.#count;
  }

  async *upTo(limit: number): AsyncGenerator<number> {
    for (let value = 1; value <= limit; value += 1) yield value;
  }

  async sum(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    return sum;
  }
}

/** Waits for a state of a proxy's connection. */
async function reaches(proxy: object, wanted: string): Promise<void> {
  for await (const { state } of agentOf(proxy).states()) if (state === wanted) return;
}

describe("a proxy whose link is cut", () => {
  it("goes on over memory: no call is lost or repeated, and slots stay connected", async () => {
    const transport = memory();
    await using _server = await serve(new Counter(), "counter", { transport });
    await using counter = await connect<Counter>("counter", { transport });
    const heard: number[] = [];
    await counter.counted.connect((count) => heard.push(count));
    for (let call = 1; call <= 20; call += 1) {
      const answer = counter.count();
      transport.faults.cut();
      expect(await answer).toBe(call);
    }
    expect(heard).toStrictEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(agentOf(counter).stats()).toMatchObject({ resumes: 20, resets: 0 });
  });

  it.each([
    ["ZeroMQ", zmq()],
    ["WebSocket", webSocket()],
  ])("goes on over %s", async (_, transport) => {
    await using server = await serve(new Counter(), undefined, { transport });
    await using network = await faultProxy(server.address, { seed: 5 });
    await using counter = await connect<Counter>(network.address, { transport });
    const heard: number[] = [];
    await counter.counted.connect((count) => heard.push(count));
    for (let call = 1; call <= 5; call += 1) {
      const answer = counter.count();
      network.cut();
      expect(await answer).toBe(call);
    }
    expect(heard).toStrictEqual([1, 2, 3, 4, 5]);
  });

  it("connects its slots anew, with a gap, to a server that restarted", async () => {
    const transport = memory();
    const first = await serve(new Counter(), "counter", { transport });
    await using counter = await connect<Counter>("counter", { transport, reconnect: { minDelayMs: 5 } });
    const heard: number[] = [];
    let onGap = (): void => undefined;
    const gap = new Promise<void>((resolve) => {
      onGap = resolve;
    });
    await counter.counted.connect((count) => heard.push(count), { onGap });
    await counter.count();
    const parked = reaches(counter, "parked");
    // The server is gone without a word: its channels break first, then nobody listens.
    transport.faults.set({ refusal: 1 });
    transport.faults.cut();
    await parked;
    await first.close();
    await using _second = await serve(new Counter(), "counter", { transport });
    transport.faults.heal();
    await gap;
    expect(agentOf(counter).stats().resets).toBe(1);
    expect(await counter.count()).toBe(1);
    expect(heard).toStrictEqual([1, 1]);
  });
});

describe.each([
  { name: "memory", transport: memory, address: "counter" },
  { name: "zmq", transport: zmq, address: "tcp://127.0.0.1:0" },
])("streams through a proxy over $name", ({ transport: create, address }) => {
  it("come back from methods and go in as arguments", async () => {
    await using transport = create();
    await using server = await serve(new Counter(), address, { transport });
    await using counter = await connect<Counter>(server.address, { transport });
    const values: number[] = [];
    for await (const value of await counter.upTo(1_000)) values.push(value);
    expect(values).toStrictEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(await counter.sum(new Counter().upTo(100))).toBe(5_050);
  });

  it("are refused member by member", async () => {
    await using transport = create();
    await using server = await serve(new Counter(), address, {
      transport,
      key: "a key of sixteen bytes",
      authenticate: ({ credentials }) => ({ name: String(credentials) }),
      authorize: ({ action, subject, principal }) => `${action} ${subject}` !== "call count" || isRoot(principal),
    });
    const options = { transport, key: "a key of sixteen bytes" };
    await using guest = await connect<Counter>(server.address, { ...options, credentials: "guest" });
    await expect(guest.count()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await using root = await connect<Counter>(server.address, { ...options, credentials: "root" });
    expect(await root.count()).toBe(1);
  });
});

function isRoot(principal: unknown): boolean {
  return typeof principal === "object" && principal !== null && "name" in principal && principal.name === "root";
}
