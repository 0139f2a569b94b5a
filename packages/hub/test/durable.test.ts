import { serveHub, withHub } from "@fourwire/hub";
import type { ItemStore, StoreWrite } from "@fourwire/hub/durable";
import { durable, lmdbStore } from "@fourwire/hub/durable";
import { deadLettersOf } from "@fourwire/transport";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { deferred } from "./kit.ts";
import { temporaryFolder } from "./temporary.ts";

/** A store whose syncs can be held, and whose synced writes are known. */
function watchedStore(path: string) {
  const store = lmdbStore(path);
  const synced = new Set<string>();
  let gate = Promise.resolve();
  const watched: ItemStore = {
    ...store,
    async commit(writes) {
      await gate;
      await store.commit(writes);
      for (const write of writes) synced.add(nameOf(write));
    },
  };
  const hold = (): (() => void) => {
    const { promise, resolve } = deferred();
    gate = promise;
    return resolve;
  };
  return { store: watched, synced, hold };
}

function nameOf(write: StoreWrite): string {
  switch (write.kind) {
    case "put":
      return `put ${write.item.id}`;
    case "append":
      return `append ${write.entry.log} ${write.entry.number}`;
    case "trim":
      return `trim ${write.log}`;
    case "remember":
      return `remember ${write.log.log}`;
    default:
      return `${write.kind} ${write.id}`;
  }
}

describe("a restart", () => {
  it("gives leased items back with one delivery more, and their old takers settle nothing", async () => {
    const path = temporaryFolder(onTestFinished);
    const network = memory();
    const first = durable({ path });
    const firstHub = await serveHub({ transport: network, address: "hub", backend: first });
    await using transport = withHub(network, "hub", { durable: true });
    const id = await transport.queues.put("jobs", text("one"));
    const item = await transport.queues.take("jobs", { leaseMs: 60_000 });
    await firstHub.close();
    await first.close();
    await using second = durable({ path });
    await using _secondHub = await serveHub({ transport: network, address: "hub", backend: second });
    const again = await transport.queues.take("jobs");
    expect([again.id, read(again.frames), again.deliveries]).toEqual([id, "one", 2]);
    for (const settle of [item.ack(), item.retry(), item.reject(), item.extend(1)])
      await rejectsWith("LEASE_LOST", settle);
    await again.ack();
    expect(await transport.queues.size("jobs")).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 0 });
  });

  it("keeps delays, priorities, the order and dedup keys", async () => {
    const path = temporaryFolder(onTestFinished);
    const first = durable({ path });
    await first.queues.put("jobs", text("low"), { priority: -1 });
    const id = await first.queues.put("jobs", text("once"), { dedupKey: "key" });
    await first.queues.put("jobs", text("back"));
    await first.queues.put("jobs", text("high"), { priority: 5 });
    await first.queues.put("jobs", text("later"), { delayMs: 60_000 });
    await first.queues.put("soon", text("soon"), { delayMs: 300 });
    const since = performance.now();
    const high = await first.queues.take("jobs");
    const once = await first.queues.take("jobs");
    await high.retry();
    await once.retry({ delayMs: 1 });
    expect(read((await first.queues.take("soon")).frames)).toBe("soon");
    expect(performance.now() - since).toBeGreaterThan(250);
    await first.close();
    await using second = durable({ path });
    expect(await second.queues.size("jobs")).toMatchObject({ delayed: 1 });
    expect(await second.queues.put("jobs", text("twice"), { dedupKey: "key" })).toBe(id);
    const taken: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { frames, deliveries } = await second.queues.take("jobs");
      taken.push(`${read(frames)} ${deliveries}`);
    }
    expect(taken).toEqual(["high 2", "back 1", "once 2", "low 1"]);
    expect((await second.queues.take("soon")).deliveries).toBe(2);
  });

  it("keeps a delay that is not over", async () => {
    const path = temporaryFolder(onTestFinished);
    const first = durable({ path });
    const since = Date.now();
    await first.queues.put("jobs", text("later"), { delayMs: 500 });
    await first.close();
    await using second = durable({ path });
    expect(await second.queues.tryTake("jobs")).toBeUndefined();
    await second.queues.take("jobs");
    expect(Date.now() - since).toBeGreaterThanOrEqual(499);
  });

  it("keeps dead letters, what was replayed, and that items are gone", async () => {
    const path = temporaryFolder(onTestFinished);
    const first = durable({ path });
    for (const part of ["poison", "second chance", "done", "removed"]) await first.queues.put("jobs", text(part));
    const [poison, chance, done] = [1, 2, 3].map(() => first.queues.take("jobs"));
    await (await poison)?.reject();
    await (await done)?.ack();
    await (await chance)?.reject();
    const [removed] = await first.queues.peek("jobs");
    expect(await first.queues.remove("jobs", removed?.id ?? "")).toBe(true);
    await first.queues.put("purged", text("purged"));
    expect(await first.queues.purge("purged")).toBe(1);
    await first.queues.put("worn", text("worn"));
    await (await first.queues.take("worn")).retry();
    expect(await first.queues.tryTake("worn", { maxDeliveries: 1 })).toBeUndefined();
    await first.close();
    const second = durable({ path });
    expect(await second.queues.size("jobs")).toEqual({ ready: 0, delayed: 0, leased: 0, dead: 2 });
    expect(await second.queues.size("worn")).toMatchObject({ ready: 0, dead: 1 });
    expect(await second.queues.size("purged")).toMatchObject({ ready: 0 });
    expect(await second.queues.replay("jobs", { limit: 1 })).toBe(1);
    await second.close();
    await using third = durable({ path });
    const again = await third.queues.take("jobs");
    expect([read(again.frames), again.deliveries]).toEqual(["poison", 1]);
    expect(read((await third.queues.take(deadLettersOf("jobs"))).frames)).toBe("second chance");
  });

  it("gives no id a second time", async () => {
    const path = temporaryFolder(onTestFinished);
    const ids: string[] = [];
    for (let life = 0; life < 3; life += 1) {
      await using backend = durable({ path });
      ids.push(await backend.queues.put("jobs", text("one")));
      await backend.queues.purge("jobs");
    }
    expect(new Set(ids).size).toBe(3);
  });
});

describe("no answer leaves before the store's sync returned", () => {
  it("whatever is asked", async () => {
    const { store, hold } = watchedStore(temporaryFolder(onTestFinished));
    await using backend = durable({ store });
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: "hub", backend });
    await using transport = withHub(network, "hub", { durable: true });
    const { queues, logs } = transport;
    const reader = await logs.read("news");
    for (const part of ["a", "b", "c", "d", "e", "f"]) await queues.put("jobs", text(part));
    const [acked, retried, rejected] = [
      await queues.take("jobs"),
      await queues.take("jobs"),
      await queues.take("jobs"),
    ];
    const removed = await queues.put("jobs", text("removed"));
    await queues.put("purged", text("purged"));
    await queues.put("failed", text("failed"));
    await (await queues.take("failed")).reject();
    const asks: Record<string, () => Promise<unknown>> = {
      put: () => queues.put("jobs", text("new"), { dedupKey: "key" }),
      "put of the same key": () => queues.put("jobs", text("new"), { dedupKey: "key" }),
      take: () => queues.take("jobs"),
      tryTake: () => queues.tryTake("jobs"),
      ack: () => acked.ack(),
      retry: () => retried.retry(),
      reject: () => rejected.reject(),
      remove: () => queues.remove("jobs", removed),
      purge: () => queues.purge("purged"),
      replay: () => queues.replay("failed"),
      append: () => logs.append("news", text("new")),
      "purge of a log": () => logs.purge("news"),
    };
    const release = hold();
    const answered: string[] = [];
    const asking = Object.entries(asks).map(([name, ask]) => ask().then(() => answered.push(name)));
    const reading = reader[Symbol.asyncIterator]().next();
    void reading.then(() => answered.push("read"));
    // Two round trips, behind all that was asked: what does not wait for the sync is answered.
    for (let count = 0; count < 2; count += 1) await queues.size("jobs");
    expect(answered).toEqual([]);
    release();
    await Promise.all(asking);
    expect(answered.filter((name) => name !== "read")).toHaveLength(Object.keys(asks).length);
  });

  it("under load, where many share a sync", async () => {
    const { store, synced } = watchedStore(temporaryFolder(onTestFinished));
    await using backend = durable({ store });
    const work = async (): Promise<void> => {
      for (let count = 0; count < 25; count += 1) {
        expect(synced.has(`put ${await backend.queues.put("jobs", text("one"))}`)).toBe(true);
        const item = await backend.queues.take("jobs");
        expect(synced.has(`take ${item.id}`)).toBe(true);
        await item.ack();
        expect(synced.has(`remove ${item.id}`)).toBe(true);
      }
    };
    await Promise.all(Array.from({ length: 40 }, work));
    expect(await backend.queues.size("jobs")).toMatchObject({ ready: 0, leased: 0 });
  });
});

describe("a store that fails", () => {
  it("rejects what it did not keep with LOST, and whatever comes later with CLOSED", async () => {
    const path = temporaryFolder(onTestFinished);
    const { store, hold } = watchedStore(path);
    const full = new Error("no space left on device");
    let isFull = false;
    const failing: ItemStore = {
      ...store,
      commit: (writes) => (isFull ? Promise.reject(full) : store.commit(writes)),
    };
    const backend = durable({ store: failing });
    await backend.queues.put("jobs", text("kept"));
    const release = hold();
    const kept = backend.queues.put("jobs", text("kept, too"));
    release();
    await kept;
    isFull = true;
    const waiting = backend.queues.take("others");
    const putting = backend.queues.put("jobs", text("lost"));
    await expect(putting).rejects.toMatchObject({ code: "LOST", cause: full });
    await rejectsWith("CLOSED", waiting);
    await rejectsWith("CLOSED", backend.queues.put("jobs", text("late")));
    await backend.close();
    await using next = durable({ path });
    expect(await next.queues.size("jobs")).toMatchObject({ ready: 2 });
  });

  it("is what a store becomes that another has opened", async () => {
    const path = temporaryFolder(onTestFinished);
    await using first = durable({ path });
    await first.queues.put("jobs", text("one"));
    await using second = durable({ path });
    await rejectsWith("LOST", first.queues.put("jobs", text("two")));
    expect(await second.queues.size("jobs")).toMatchObject({ ready: 1 });
  });
});

it("a taker that gives up while its item is being recorded leaves it to the next", async () => {
  const { store, hold } = watchedStore(temporaryFolder(onTestFinished));
  await using backend = durable({ store });
  await backend.queues.put("jobs", text("one"));
  const release = hold();
  const giveUp = new AbortController();
  const reason = new Error("changed my mind");
  const taking = backend.queues.take("jobs", { signal: giveUp.signal });
  giveUp.abort(reason);
  release();
  await expect(taking).rejects.toBe(reason);
  expect((await backend.queues.take("jobs")).deliveries).toBe(2);
});

it("holds at most maxQueuedBytes a queue, also after a restart", async () => {
  const path = temporaryFolder(onTestFinished);
  const first = durable({ path, maxQueuedBytes: 600 });
  await first.queues.put("jobs", [new Uint8Array(200)]);
  await rejectsWith("TOO_LARGE", first.queues.put("jobs", [new Uint8Array(200)]));
  await first.close();
  await using second = durable({ path, maxQueuedBytes: 600 });
  await rejectsWith("TOO_LARGE", second.queues.put("jobs", [new Uint8Array(200)]));
  await (await second.queues.take("jobs")).ack();
  await second.queues.put("jobs", [new Uint8Array(200)]);
});
