import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, connectBus } from "@fourwire/bus";
import { withHub } from "@fourwire/hub";
import { startChild } from "@fourwire/test-kit";
import type { Transport } from "@fourwire/transport";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { Crew } from "./crew.ts";
import { eventually } from "./kit.ts";
import { sized } from "./size.ts";

const JOBS = sized(600, 10_000);
const WORKERS = sized(3, 12);
const KILLS = sized(4, 24);
const LEASE_MS = 1_000;
/** The items that one worker works on or is about to acknowledge. */
const IN_HAND = 8;
const TEST_MS = 300_000;

/** A broker that keeps its queues when it is killed, and starts again at the same place. */
interface Broker extends AsyncDisposable {
  readonly kind: "redis" | "hub";
  readonly address: string;
  join(): Transport;
  restart(): Promise<void>;
}

describe.each([
  { name: "Redis", start: startRedis },
  { name: "a durable hub", start: startHub },
])("workers over $name", ({ start }) => {
  it(
    "lose no item when they and the broker are killed, do twice only what a lease left behind, come back, and tell gaps [pymq-3] [pymq-14]",
    async () => {
      await using broker = await start();
      await using transport = broker.join();
      await using bus = await connectBus({ transport, onError: () => undefined });
      await using crew = new Crew({ kind: broker.kind, address: broker.address, leaseMs: LEASE_MS });
      await Promise.all(Array.from({ length: WORKERS }, () => crew.hire()));
      const unsure = new Set<number>();
      const putting = putAll(bus, unsure);
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await eventually(() => crew.done.length >= (JOBS * kill) / (KILLS + 2), TEST_MS);
        if (kill === Math.ceil(KILLS / 2)) {
          await broker.restart();
          // Every worker that saw the broker go is told that it may have missed something.
          await eventually(() => crew.gaps >= crew.size, TEST_MS);
        }
        await crew.killOne();
        await crew.hire();
      }
      await putting;
      await eventually(() => crew.items.size === JOBS, TEST_MS);
      await bus.queue("work").join({ timeoutMs: TEST_MS });
      checkDoubles(crew, unsure);
      await checkReturn(bus, crew);
    },
    TEST_MS,
  );
});

/** Every time but the first is a delivery of its own, counted in the item: no lease was given to two at once. */
function checkDoubles({ done, items, kills }: Crew, unsure: ReadonlySet<number>): void {
  const sure = done.filter(({ item }) => !unsure.has(item));
  expect(new Set(sure.map(({ item, deliveries }) => `${item}/${deliveries}`)).size).toBe(sure.length);
  // What each of those that were killed had in hand, and what all had when the broker was.
  expect(done.length - items.size).toBeLessThanOrEqual((kills + WORKERS) * IN_HAND + unsure.size);
}

/** Listeners hear again, and functions are served again, by every worker. */
async function checkReturn(bus: Bus, crew: Crew): Promise<void> {
  let round = 0;
  await eventually(async () => {
    round += 1;
    await bus.publish("rounds", round);
    return [...crew.heard.values()].some((count) => count >= crew.size);
  }, TEST_MS);
  const double = bus.stub<(number: number) => number>("double", { timeoutMs: 2_000 });
  await eventually(async () => (await double.with({ count: crew.size }).rpc(21)).length === crew.size, TEST_MS);
  expect(await double(21)).toBe(42);
  expect(await bus.queue("work").size()).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0 });
}

/** Puts every item; of one that was under way when the broker was killed nobody is sure whether it is there, and it is put again. */
async function putAll(bus: Bus, unsure: Set<number>): Promise<void> {
  const queue = bus.queue<number>("work");
  const put = (item: number): Promise<void> =>
    eventually(
      () =>
        queue.put(item).then(
          () => true,
          () => {
            unsure.add(item);
            return false;
          },
        ),
      TEST_MS,
    );
  for (let item = 0; item < JOBS; item += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => put(item + index)));
  }
}

async function startRedis(): Promise<Broker> {
  const server = testServer({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
  return {
    kind: "redis",
    address: server.url,
    join: () => redis({ url: server.url }),
    async restart() {
      await server.stop();
      server.start();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function startHub(): Promise<Broker> {
  const path = mkdtempSync(join(tmpdir(), "fourwire-bus-"));
  const script = new URL("../../hub/test/durable-hub-process.js", import.meta.url);
  let hub = await startChild(script, ["tcp://127.0.0.1:0", path]);
  const address = hub.said;
  return {
    kind: "hub",
    address,
    join: () => withHub(zmq(), address, { durable: true }),
    async restart() {
      await hub.kill();
      hub = await startChild(script, [address, path]);
    },
    async [Symbol.asyncDispose]() {
      await hub.kill();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
