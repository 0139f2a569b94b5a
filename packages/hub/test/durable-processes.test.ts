import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { serveHub, withHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import { startChild } from "@fourwire/test-kit";
import type { Queues } from "@fourwire/transport";
import { read, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it, onTestFinished } from "vitest";
import { sized, until } from "./kit.ts";
import { temporaryFolder } from "./temporary.ts";

/** Long enough for a machine that is busy with other tests. */
const DEADLINE_MS = sized(120_000, 600_000);
const JOBS = sized(500, 10_000);
const KILLS = sized(5, 40);
const CONSUMERS = 2;
const HUB_KILLS = sized(5, 20);
const PUT_AT_ONCE = 32;

interface Done {
  readonly job: number;
  readonly deliveries: number;
}

it(
  "loses no item when consumers are killed, and does twice only what their leases left behind",
  async () => {
    await using backend = durable({ path: temporaryFolder(onTestFinished) });
    await using hub = await serveHub({ transport: zmq(), address: "tcp://127.0.0.1:0", backend });
    await using transport = withHub(zmq(), hub.address, { durable: true });
    const { queues } = transport;
    const done: Done[] = [];
    const consumers = new Set<ChildProcess>();
    await using _crew = {
      async [Symbol.asyncDispose]() {
        for (const consumer of consumers) await kill(consumer);
      },
    };
    const hire = (): void => {
      const script = fileURLToPath(new URL("consumer-process.js", import.meta.url));
      const consumer = fork(script, [hub.address], { execArgv: [] });
      consumer.on("message", (message: Done) => done.push(message));
      consumers.add(consumer);
    };
    for (let count = 0; count < CONSUMERS; count += 1) hire();
    const putting = Promise.all(Array.from({ length: JOBS }, (_, job) => queues.put("jobs", text(String(job)))));
    for (let kills = 1; kills <= KILLS; kills += 1) {
      await until(() => done.length >= (JOBS * kills) / (KILLS + 1), 60_000);
      const [victim] = consumers;
      if (!victim) throw new Error("There is no consumer");
      consumers.delete(victim);
      await kill(victim);
      hire();
    }
    await putting;
    const isEmpty = async (): Promise<boolean> => {
      const { ready, leased } = await queues.size("jobs");
      return ready + leased === 0;
    };
    await until(isEmpty, 60_000);
    // What consumers said travels beside what they acknowledged.
    await until(() => new Set(done.map(({ job }) => job)).size === JOBS);
    // Every time but the first is a delivery of its own, counted in the item: no lease was given to two at once.
    expect(new Set(done.map(({ job, deliveries }) => `${job}/${deliveries}`)).size).toBe(done.length);
    expect(done.length - JOBS).toBeLessThanOrEqual(KILLS);
    expect(await queues.size("jobs")).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0 });
  },
  DEADLINE_MS,
);

it(
  "loses nothing that it had acknowledged when the hub is killed during puts",
  async () => {
    const path = temporaryFolder(onTestFinished);
    const acknowledged = new Set<string>();
    let put = 0;
    const putUntilLost = async (queues: Queues, onPut: () => void): Promise<void> => {
      for (;;) {
        put += 1;
        const job = String(put);
        const isPut = await queues.put("jobs", text(job)).then(
          () => true,
          () => false,
        );
        if (!isPut) return;
        acknowledged.add(job);
        onPut();
      }
    };
    for (let kills = 1; kills <= HUB_KILLS; kills += 1) {
      const hub = await startChild(new URL("durable-hub-process.js", import.meta.url), ["tcp://127.0.0.1:0", path]);
      await using transport = withHub(zmq(), hub.said, { reconnect: false });
      const enough = acknowledged.size + 37 * kills;
      const onPut = (): void => {
        if (acknowledged.size === enough) void hub.kill();
      };
      await Promise.all(Array.from({ length: PUT_AT_ONCE }, () => putUntilLost(transport.queues, onPut)));
      await hub.kill();
    }
    await using backend = durable({ path });
    const { ready } = await backend.queues.size("jobs");
    const items = await backend.queues.peek("jobs", { limit: ready });
    const kept = items.map(({ frames }) => read(frames) ?? "");
    const lost = [...acknowledged].filter((job) => !kept.includes(job));
    expect(lost).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
    // What was under way when the hub was killed may be there or not.
    expect(kept.length - acknowledged.size).toBeLessThanOrEqual(HUB_KILLS * PUT_AT_ONCE);
  },
  DEADLINE_MS,
);

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}
