import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "@fourwire/transport/conformance";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { afterAll, expect, it } from "vitest";
import { queuesOf, sized, until } from "./kit.ts";

const server = lazyTestServer(afterAll);
/** Long enough for a machine that is busy with other tests. */
const DEADLINE_MS = sized(120_000, 600_000);
const JOBS = sized(500, 10_000);
const KILLS = sized(5, 40);
const CONSUMERS = 2;

interface Done {
  readonly job: number;
  readonly deliveries: number;
}

it(
  "loses no item when consumers are killed, and does twice only what their leases left behind",
  async () => {
    await using transport = redis({ url: server.url });
    const queues = queuesOf(transport);
    const done: Done[] = [];
    const consumers = new Set<ChildProcess>();
    await using _crew = {
      async [Symbol.asyncDispose]() {
        for (const consumer of consumers) {
          consumer.kill("SIGKILL");
          await once(consumer, "exit");
        }
      },
    };
    const hire = (): void => {
      const orders = JSON.stringify({ url: server.url, queue: "jobs", leaseMs: 500 });
      const script = fileURLToPath(new URL("consumer-process.js", import.meta.url));
      const consumer = fork(script, [orders], { execArgv: [] });
      consumer.on("message", (message: Done) => done.push(message));
      consumers.add(consumer);
    };
    for (let count = 0; count < CONSUMERS; count += 1) hire();
    const putting = Promise.all(Array.from({ length: JOBS }, (_, job) => queues.put("jobs", text(String(job)))));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await until(() => done.length >= (JOBS * kill) / (KILLS + 1), 60_000);
      const [victim] = consumers;
      if (!victim) throw new Error("There is no consumer");
      consumers.delete(victim);
      victim.kill("SIGKILL");
      hire();
    }
    await putting;
    // Both at once: an item whose lease ran out is one or the other.
    const left = async (): Promise<number> => {
      const { ready, leased } = await queues.size("jobs");
      return ready + leased;
    };
    await until(async () => (await left()) === 0, 60_000);
    // What consumers said travels beside what they acknowledged.
    const jobs = (): Set<number> => new Set(done.map(({ job }) => job));
    await until(() => jobs().size === JOBS);
    // Every time but the first is a delivery of its own, counted in the item: no lease was given to two at once.
    expect(new Set(done.map(({ job, deliveries }) => `${job}/${deliveries}`)).size).toBe(done.length);
    expect(done.length - JOBS).toBeLessThanOrEqual(KILLS);
    expect(await queues.size("jobs")).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0 });
  },
  DEADLINE_MS,
);
