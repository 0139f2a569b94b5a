import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { connectState, serveState, where } from "../src/index.ts";
import { redisStore } from "../src/redis.ts";
import { type Anything, failure, take, until } from "./fixture.ts";

const reconnect = { windowMs: 60_000, minDelayMs: 2, maxDelayMs: 20 };
const server = testServer();
const { url } = server;
afterAll(() => server[Symbol.asyncDispose]());

let stores = 0;
/** A prefix of its own for each test. */
function fresh(): string {
  stores += 1;
  return `test-${stores}`;
}

describe("a store in Redis", () => {
  it("is moved from one authority to the next, and its clients go on under the new epoch [zproc-23]", async () => {
    const prefix = fresh();
    const transport = redis({ url, prefix });
    const serve = () => serveState({ transport, address: "state", store: redisStore({ url, prefix }) });
    const first = await serve();
    // It waits for the lease before it listens.
    const second = serve();
    await using state = await connectState<Anything>(first.address, { transport, reconnect });
    await state.set("n", 1);
    const { epoch } = await state.head();
    await using _replica = await state.follow();
    const watch = state.changes({ from: "start", overflow: "error" });
    expect((await watch.next()).value).toMatchObject({ revision: 1, epoch });
    const met = state.until(where("n").equals(3));
    const counted = state.until((values) => values.n === 3, { keys: ["n"] });
    const next = watch.next();
    await state.head();
    await first.handOver();
    expect(await first.closed).toBeUndefined();
    await using server = await second;
    // What was asked meanwhile is answered by the next one, and what goes on goes on there.
    expect(await state.increment("n", 2)).toBe(3);
    const head = await state.head();
    expect(head).toMatchObject({ revision: 2 });
    expect(head.epoch).not.toBe(epoch);
    expect((await next).value).toMatchObject({ kind: "change", revision: 2, epoch: head.epoch });
    expect([await met, await counted]).toStrictEqual([{ n: 3 }, { n: 3 }]);
    await state.caughtUp(2);
    expect(state.view).toStrictEqual({ n: 3 });
    // What was known under the old epoch is a part of the new one; what never was is not.
    expect(await take(state.changes({ from: 1, epoch, overflow: "error" }), 1)).toMatchObject([{ revision: 2 }]);
    const lost = state.changes({ from: 9, epoch, overflow: "error" });
    expect(await failure(lost.next())).toMatchObject({ code: "EPOCH_CHANGED" });
    await watch.return?.();
    await state.close();
    await server.close();
    await transport.close();
  });

  it("rejects through an authority that was deposed, whose clients go on with the one that took over", async () => {
    const prefix = fresh();
    const transport = redis({ url, prefix });
    const admin = new Redis(url);
    const serve = () =>
      serveState({ transport, address: "state", store: redisStore({ url, prefix, leaseMs: 60_000 }) });
    const first = await serve();
    await using state = await connectState<Anything>(first.address, { transport, reconnect });
    await state.set("a", 1);
    const waiting = state.nextChange({ keys: ["b"] });
    const watching = take(state.changes({ from: 1, keys: ["b"], overflow: "error" }), 1);
    const { epoch } = await state.head();
    // As if its time had passed while it was asleep.
    await admin.set(`{${prefix}}:lease`, "somebody else", "PX", 60_000);
    const [writing, reading] = [failure(state.set("a", 2)), failure(state.get("a"))];
    expect(await writing).toMatchObject({ code: "NOT_AUTHORITY" });
    expect(await reading).toMatchObject({ code: "NOT_AUTHORITY" });
    expect(await first.closed).toMatchObject({ code: "NOT_AUTHORITY" });
    await admin.del(`{${prefix}}:lease`);
    await using second = await serve();
    expect(await state.get("a")).toBe(1);
    expect((await state.head()).epoch).not.toBe(epoch);
    await state.set("b", 1);
    expect(await waiting).toMatchObject({ revision: 2 });
    expect(await watching).toMatchObject([{ revision: 2 }]);
    await state.close();
    await second.close();
    await transport.close();
    await admin.quit();
  });

  it("is given up by its authority when Redis has lost what was acknowledged, which clients find out", async () => {
    const prefix = fresh();
    const transport = memory();
    const admin = new Redis(url);
    const store = () => redisStore({ url, prefix, leaseMs: 500 });
    await using first = await serveState({ transport, store: store() });
    await using state = await connectState<Anything>(first.address, { transport });
    for (let n = 0; n < 3; n += 1) await state.increment("n");
    const { epoch } = await state.head();
    const batch = await admin.get(`{${prefix}}:batch`);
    await state.increment("n");
    // As if a replica had taken over that had not heard of the last change.
    await admin.set(`{${prefix}}:batch`, String(batch));
    await admin.rpop(`{${prefix}}:log:default`);
    expect(await failure(state.increment("n"))).toMatchObject({ code: "NOT_AUTHORITY" });
    await using second = await serveState({ transport, store: store() });
    await using other = await connectState<Anything>(second.address, { transport });
    expect(await other.increment("n")).toBe(4);
    const [known] = await take(other.changes({ from: 3, epoch, overflow: "error" }), 1);
    expect(known).toMatchObject({ revision: 4 });
    const [instead] = await take(other.changes({ from: 4, epoch }), 1);
    expect(instead).toMatchObject({ kind: "snapshot", revision: 4, value: { n: 4 } });
    await admin.quit();
  });

  it("stops answering when it cannot reach Redis for as long as its lease lasts", async () => {
    const prefix = fresh();
    await using paused = testServer();
    const transport = memory();
    await using authority = await serveState({
      transport,
      store: redisStore({ url: paused.url, prefix, leaseMs: 300 }),
    });
    await using state = await connectState<Anything>(authority.address, { transport });
    await state.set("a", 1);
    process.kill(paused.pid, "SIGSTOP");
    const writing = failure(state.set("a", 2));
    // It may be kept, or not: Redis has it, and has not said so.
    const reading = failure(state.get("a"));
    expect(await writing).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect((await reading).code).toMatch(/^(OUTCOME_UNKNOWN|NOT_AUTHORITY)$/);
    expect(await authority.closed).toMatchObject({ code: "NOT_AUTHORITY" });
    process.kill(paused.pid, "SIGCONT");
  });

  it("keeps its lease as long as it runs, and outlives a lost connection", async () => {
    const prefix = fresh();
    const transport = memory();
    const admin = new Redis(url);
    await using authority = await serveState({ transport, store: redisStore({ url, prefix, leaseMs: 1_000 }) });
    await using state = await connectState<Anything>(authority.address, { transport });
    const started = performance.now();
    let sum = 0;
    // Longer than it would have the lease if nothing prolonged it.
    while (performance.now() - started < 1_500) {
      const counting = Promise.all(Array.from({ length: 20 }, () => state.increment("n")));
      await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      sum = (await counting).at(-1) ?? 0;
    }
    expect(await state.get("n")).toBe(sum);
    expect((await state.head()).revision).toBe(sum);
    await admin.quit();
  });

  it("recognises a write that comes again at the next authority [zproc-24]", async () => {
    const prefix = fresh();
    const transport = memory();
    const heartbeat = { intervalMs: 50, windowMs: 200 };
    const serve = () => serveState({ transport, address: "state", heartbeat, store: redisStore({ url, prefix }) });
    const first = await serve();
    await using state = await connectState<Anything>("state", { transport, reconnect, heartbeat });
    await state.set("n", 0);
    const admin = new Redis(url);
    const before = await admin.llen(`{${prefix}}:log:default`);
    // Kept, but its answer is lost with the link.
    transport.faults.halfOpen();
    const sum = state.increment("n");
    let now = before;
    await until(() => {
      void admin.llen(`{${prefix}}:log:default`).then((length) => {
        now = length;
      });
      return now > before;
    });
    transport.faults.set({ refusal: 1 });
    transport.faults.cut();
    await first.close();
    await using _second = await serve();
    transport.faults.heal();
    expect(await sum).toBe(1);
    expect(await state.get("n")).toBe(1);
    await state.close();
    await admin.quit();
  });

  it("gives up waiting for a lease with the signal's reason, and refuses options that make no sense", async () => {
    const prefix = fresh();
    const transport = memory();
    await using _first = await serveState({ transport, store: redisStore({ url, prefix }) });
    const controller = new AbortController();
    const store = redisStore({ url, prefix });
    const waiting = failure(serveState({ transport, store, signal: controller.signal }));
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    // It was closed with what could not begin: its connection is gone.
    expect(await failure(store.load())).toBeInstanceOf(Error);
    expect(() => redisStore({ url, prefix: "{}" })).toThrow(TypeError);
    expect(() => redisStore({ url, leaseMs: 1 })).toThrow(TypeError);
    expect(() => redisStore({ url, options: {} })).toThrow(TypeError);
    expect(() => redisStore({})).toThrow(TypeError);
    const nowhere = redisStore({ url: "redis://127.0.0.1:9" });
    expect(await failure(serveState({ transport, store: nowhere }))).toMatchObject({ code: "STORE_FAILED" });
  });
});
