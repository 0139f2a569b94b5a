import { openSession, serveSessions } from "@fourwire/session";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { connectState, memoryStore, serveState } from "../src/index.ts";
import { redisStore } from "../src/redis.ts";
import { isLinearizable, type RegisterOperation } from "./linearizability.ts";
import { type Registers, runLoad } from "./register-load.ts";
import { sized } from "./size.ts";
import { redisServer } from "./transports.ts";

const never = Number.POSITIVE_INFINITY;
const set = (called: number, answered: number, value: number): RegisterOperation => ({
  kind: "set",
  called,
  answered,
  value,
});
const get = (called: number, answered: number, got?: number): RegisterOperation => ({
  kind: "get",
  called,
  answered,
  got,
});

describe("the checker", () => {
  it.each<[string, RegisterOperation[]]>([
    ["nothing", []],
    ["one after the other", [get(0, 1), set(2, 3, 1), get(4, 5, 1), set(6, 7, 2), get(8, 9, 2)]],
    ["a read beside a write, before it", [set(0, 9, 1), get(1, 2), get(3, 4, 1)]],
    ["two writes at once, in either order", [set(0, 9, 1), set(0, 9, 2), get(3, 4, 2), get(5, 6, 1)]],
    ["a write without an answer that takes effect late", [set(0, never, 1), get(1, 2), get(3, 4), get(5, 6, 1)]],
    ["a write without an answer that never takes effect", [set(0, never, 1), get(1, 2), get(3, 4)]],
    [
      "a compare-and-set that fits",
      [
        set(0, 1, 1),
        { kind: "compare-and-set", called: 2, answered: 3, expected: 1, value: 2, done: true },
        get(4, 5, 2),
      ],
    ],
    [
      "one that does not",
      [
        set(0, 1, 1),
        { kind: "compare-and-set", called: 2, answered: 3, expected: 5, value: 2, done: false },
        get(4, 5, 1),
      ],
    ],
    [
      "an update",
      [
        set(0, 1, 1),
        {
          kind: "update",
          called: 2,
          answered: 3,
          runs: [
            [7, 8],
            [1, 2],
          ],
        },
        get(4, 5, 2),
      ],
    ],
    [
      "an update without an answer",
      [set(0, 1, 1), { kind: "update", called: 2, answered: never, runs: [[1, 2]] }, get(4, 5, 2)],
    ],
  ])("accepts %s", (_, history) => {
    expect(isLinearizable(history)).toBe(true);
  });

  it.each<[string, RegisterOperation[]]>([
    ["a stale read", [set(0, 1, 1), set(2, 3, 2), get(4, 5, 1)]],
    ["a value from nowhere", [set(0, 1, 1), get(2, 3, 9)]],
    ["a lost write", [set(0, 1, 1), get(2, 3)]],
    ["a value that is there, then not, then there", [set(0, 9, 1), get(1, 2, 1), get(3, 4), get(5, 6, 1)]],
    [
      "two readers that disagree about the order",
      [set(0, 9, 1), set(0, 9, 2), get(1, 2, 1), get(3, 4, 2), get(5, 6, 1)],
    ],
    [
      "a compare-and-set that wrote although it did not fit",
      [set(0, 1, 1), { kind: "compare-and-set", called: 2, answered: 3, expected: 5, value: 2, done: true }],
    ],
    [
      "two that both fit one value",
      [
        set(0, 1, 1),
        ...[2, 3].map(
          (value): RegisterOperation => ({
            kind: "compare-and-set",
            called: 2,
            answered: 9,
            expected: 1,
            value,
            done: true,
          }),
        ),
      ],
    ],
    [
      "an update that another one overwrote",
      [
        set(0, 1, 1),
        ...[2, 3].map((value): RegisterOperation => ({ kind: "update", called: 2, answered: 9, runs: [[1, value]] })),
      ],
    ],
    ["a write without an answer that takes effect before it is called", [get(0, 1, 1), set(2, never, 1)]],
  ])("refuses %s", (_, history) => {
    expect(isLinearizable(history)).toBe(false);
  });
});

const operations = sized(2_000, 20_000);
const reconnect = { windowMs: 60_000, minDelayMs: 2, maxDelayMs: 20 };

/** Checks each register, and that there was enough to check. */
async function check(histories: Awaited<ReturnType<typeof runLoad>>): Promise<void> {
  const all = [...histories.values()].flat();
  expect(all.length).toBe(operations);
  expect(all.filter(({ answered }) => answered !== never).length).toBeGreaterThan(operations / 2);
  for (const [key, history] of histories) expect([key, isLinearizable(history)]).toStrictEqual([key, true]);
}

describe("eight clients of one state", () => {
  it("see one order over memory, with links that break and an authority that restarts", {
    timeout: 600_000,
  }, async () => {
    const transport = memory();
    const store = memoryStore();
    let server = await serveState({ transport, address: "state", store });
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => connectState<Registers>("state", { transport, reconnect })),
    );
    let over = false;
    const load = runLoad({ clients, operations, keys: 5, seed: 1 }).finally(() => {
      over = true;
    });
    for (let round = 1; !over; round += 1) {
      await clients[0]?.nextChange({ timeoutMs: 1_000 }).catch(() => undefined);
      if (round % 3 !== 0) {
        transport.faults.cut();
        continue;
      }
      transport.faults.set({ refusal: 1 });
      transport.faults.cut();
      await server.close();
      server = await serveState({ transport, address: "state", store });
      transport.faults.heal();
    }
    await check(await load);
    expect(clients.some((client) => client.seenRevision > 0)).toBe(true);
    await Promise.all(clients.map((client) => client.close()));
    await server.close();
  });

  it.each([
    [
      "memory",
      () => {
        const store = memoryStore();
        return () => store;
      },
    ],
    ["Redis", () => () => redisStore({ url: redisServer.url })],
  ])(
    "see one order over ZeroMQ and a store in %s, with links that are cut and an authority that restarts",
    {
      timeout: 600_000,
    },
    async (_, createStore) => {
      const transport = zmq();
      const open = createStore();
      let server = await serveState({ transport, address: "tcp://127.0.0.1:0", store: open() });
      const { address } = server;
      await using network = await faultProxy(address, { seed: 3 });
      const clients = await Promise.all(
        Array.from({ length: 8 }, () => connectState<Registers>(network.address, { transport, reconnect })),
      );
      let over = false;
      const load = runLoad({ clients, operations, keys: 5, seed: 2 }).finally(() => {
        over = true;
      });
      for (let round = 1; !over; round += 1) {
        const { revision = 0 } = (await clients[0]?.head().catch(() => undefined)) ?? {};
        await clients[0]?.nextChange({ since: revision + 20, timeoutMs: 2_000 }).catch(() => undefined);
        if (round % 3 !== 0) {
          network.cut();
          continue;
        }
        network.refuse();
        network.cut();
        await server.close();
        server = await serveState({ transport, address, store: open() });
        network.accept();
      }
      await check(await load);
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
    },
  );

  it("are found out by the checker when the authority gives old values now and then", async () => {
    const transport = memory();
    await using server = await serveState({ transport, address: "state" });
    // Stands between clients and authority, and repeats earlier answers to reads.
    const answers = new Map<string, unknown>();
    let reads = 0;
    await using broken = await serveSessions(transport, "broken", (session) => {
      const inner = openSession(transport, server.address);
      void session.closed.then(async () => (await inner).close());
      return {
        notify: () => undefined,
        async call(target, args) {
          const result = await (await inner).call(target, args);
          if (!Array.isArray(target) || target[0] !== 1) return result;
          const key = JSON.stringify([target, args]);
          reads += 1;
          const old = answers.get(key);
          answers.set(key, result);
          return reads % 10 === 0 && old !== undefined ? old : result;
        },
      };
    });
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => connectState<Registers>(broken.address, { transport })),
    );
    const histories = await runLoad({ clients, operations: 2_000, keys: 5, seed: 3 });
    expect([...histories.values()].every(isLinearizable)).toBe(false);
    await Promise.all(clients.map((client) => client.close()));
  });
});
