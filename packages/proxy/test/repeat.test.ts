import { callContext } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { agentOf, connect, type Remote, serve, withOptions } from "../src/index.ts";
import { failure, until } from "./fixture.ts";

/** Answers the runs that the test lets it answer. */
class Ledger {
  readonly keys: (string | undefined)[] = [];
  answersFrom = 1;
  total = 0;

  add(amount: number): Promise<number> {
    const run = this.keys.push(callContext().metadata["idempotency-key"]);
    this.total += amount;
    return run >= this.answersFrom ? Promise.resolve(this.total) : new Promise(() => undefined);
  }
  addOnce(amount: number): Promise<number> {
    const isNew = !this.keys.includes(callContext().metadata["idempotency-key"]);
    return this.add(isNew ? amount : 0);
  }
  fail(): never {
    this.keys.push("failed");
    throw new RangeError("no");
  }
  child(): Child {
    return new Child(this);
  }
  read(items: AsyncIterable<number>): number {
    return typeof items === "object" ? 1 : 0;
  }
}

class Child {
  readonly #ledger: Ledger;
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }
  add(amount: number): Promise<number> {
    return this.#ledger.add(amount);
  }
}

interface Link {
  readonly address: string;
  cut(): void;
  close(): Promise<void>;
}

const links = [
  {
    name: "memory",
    create: () => memory(),
    link: async (transport: Transport, address: string): Promise<Link> => ({
      address,
      cut: () => "faults" in transport && (transport as ReturnType<typeof memory>).faults.cut(),
      close: async () => undefined,
    }),
  },
  {
    name: "zmq",
    create: () => zmq(),
    link: async (_transport: Transport, address: string): Promise<Link> => {
      const network = await faultProxy(address, { seed: 5 });
      return {
        address: network.address,
        cut: () => network.cut(),
        close: async () => await network[Symbol.asyncDispose](),
      };
    },
  },
];

describe.each(links)("repeat, over $name", ({ create, link }) => {
  async function stageLedger() {
    const transport = create();
    const ledger = new Ledger();
    // Forgets a client at once whose channel is lost.
    const server = await serve(ledger, undefined, { transport, parking: { maxSessions: 0 } });
    const { address, cut, close } = await link(transport, server.address);
    const proxy = await connect<Ledger>(address, { transport, reconnect: { minDelayMs: 5 } });
    /** Makes a call of which so many runs are lost. */
    const lose = async <Result>(call: (proxy: Remote<Ledger>) => Promise<Result>, runs: number, repeat?: number) => {
      ledger.answersFrom = ledger.keys.length + runs + 1;
      const first = ledger.keys.length;
      const answer = call(repeat === undefined ? proxy : withOptions(proxy, { repeat }));
      answer.catch(() => undefined);
      for (let run = 1; run <= Math.min(runs, (repeat ?? 0) + 1); run += 1) {
        await until(() => ledger.keys.length === first + run);
        cut();
      }
      return answer;
    };
    return {
      ...{ proxy, ledger, lose, server },
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await close();
        await server.close();
        await transport.close();
      },
    };
  }

  it("makes a lost call again, with the same key", async () => {
    await using all = await stageLedger();
    expect(await all.lose((proxy) => proxy.add(1), 1, 1)).toBe(2);
    const [first, second] = all.ledger.keys;
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(agentOf(all.proxy).stats().resets).toBe(1);
    expect(await withOptions(all.proxy, { repeat: 1 }).add(1)).toBe(3);
    expect(all.ledger.keys[2]).not.toBe(first);
  });

  it("lets a method that knows its key run once in effect", async () => {
    await using all = await stageLedger();
    expect(await all.lose((proxy) => proxy.addOnce(5), 2, 3)).toBe(5);
    expect(new Set(all.ledger.keys).size).toBe(1);
    expect(all.ledger.keys).toHaveLength(3);
  });

  it("gives up after so many times, and does nothing unless it is told to", async () => {
    await using all = await stageLedger();
    const lost = { name: "SessionError", code: "LOST", outcome: "unknown" };
    expect(await failure(all.lose((proxy) => proxy.add(1), 2, 1))).toMatchObject(lost);
    expect(all.ledger.keys).toHaveLength(2);
    expect(await failure(all.lose((proxy) => proxy.add(1), 1))).toMatchObject(lost);
    expect(all.ledger.keys).toStrictEqual([...all.ledger.keys.slice(0, 2), undefined]);
  });

  it("keeps a key that the caller gives", async () => {
    await using all = await stageLedger();
    const own = { metadata: { "idempotency-key": "mine" } };
    await all.lose((proxy) => withOptions(proxy, own).add(1), 1, 1);
    expect(all.ledger.keys).toStrictEqual(["mine", "mine"]);
  });

  it("repeats no failure of the method, no timeout, and nothing that was reached by reference", async () => {
    await using all = await stageLedger();
    const repeating = withOptions(all.proxy, { repeat: 5 });
    expect(await failure(repeating.fail())).toBeInstanceOf(RangeError);
    expect(all.ledger.keys).toStrictEqual(["failed"]);
    const child = await all.proxy.child();
    expect(await failure(all.lose(() => withOptions(child, { repeat: 1 }).add(1), 1))).toMatchObject({ code: "LOST" });
    expect(all.ledger.keys).toHaveLength(2);
    all.ledger.answersFrom = 9;
    const late = withOptions(repeating, { timeoutMs: 20 });
    expect(await failure(late.add(1))).toMatchObject({ code: "TIMEOUT" });
    expect(all.ledger.keys).toHaveLength(3);
  });

  it("refuses what cannot be sent twice, and a number that makes no sense", async () => {
    await using all = await stageLedger();
    async function* items(): AsyncGenerator<number> {
      yield 1;
    }
    expect(await failure(withOptions(all.proxy, { repeat: 1 }).read(items()))).toBeInstanceOf(TypeError);
    expect(await failure(withOptions(all.proxy, { repeat: -1 }).add(1))).toMatchObject({ message: /^repeat is -1/ });
    expect(all.ledger.keys).toStrictEqual([]);
  });
});
