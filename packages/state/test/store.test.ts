import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { connectState, memoryStore, type Store, serveState } from "../src/index.ts";
import { lmdbStore } from "../src/lmdb.ts";
import { redisStore } from "../src/redis.ts";
import { type Anything, type Deferred, deferred, failure, stage, turns, until } from "./fixture.ts";
import { redisServer } from "./transports.ts";

/** A store that keeps a batch when it is told to. */
function slowStore(inner: Store): Store & { readonly held: Deferred<void>[] } {
  const held: Deferred<void>[] = [];
  return {
    ...inner,
    held,
    async commit(writes, fence) {
      await inner.commit(writes, fence);
      if (writes.some(({ kind }) => kind !== "append")) return;
      const hold = deferred();
      held.push(hold);
      await hold.promise;
    },
  };
}

async function withFolder(run: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "fourwire-state-"));
  try {
    await run(path);
  } finally {
    await rm(path, { recursive: true });
  }
}

/** Runs an authority with a store, and ends it. */
async function session(
  store: Store,
  run: (state: Awaited<ReturnType<typeof connectState<Anything>>>) => Promise<void>,
): Promise<void> {
  const transport = memory();
  await using server = await serveState({ transport, store, maxLogEntries: 40 });
  await using state = await connectState<Anything>(server.address, { transport });
  await run(state);
}

const kinds = [
  { name: "memory", create: () => memoryStore() },
  { name: "a file", create: (path: string) => lmdbStore({ path }) },
  { name: "a file that the system syncs", create: (path: string) => lmdbStore({ path, sync: "system" }) },
  { name: "Redis", create: (path: string) => redisStore({ url: redisServer.url, prefix: basename(path) }) },
];

describe.each(kinds)("a store in $name", ({ name, create }) => {
  it("goes on with values, revision and history where the last authority stopped [zproc-23]", async () => {
    await withFolder(async (path) => {
      const kept = create(path);
      const reopen = (): Store => (name === "memory" ? kept : create(path));
      const value = {
        map: new Map([[1, new Date(5)]]),
        big: 2n ** 80n,
        bytes: new Uint8Array(9_000).fill(1),
        none: undefined,
      };
      let head = {};
      let middle = {};
      await session(kept, async (state) => {
        await state.set("value", value);
        for (let n = 1; n <= 100; n += 1) await state.increment("n");
        await state.set("gone", 1);
        await state.delete("gone");
        await state.at("value", "map", 1).set("changed");
        await state.namespaces.create("other", { a: 1 });
        await state.namespaces.create("dropped");
        await state.namespaces.delete("dropped");
        head = await state.head();
        middle = await state.atRevision(90);
      });
      await session(reopen(), async (state) => {
        // Redis may lose what it acknowledged, so that each authority begins an epoch of its own.
        const own = name === "Redis" ? { epoch: (await state.head()).epoch } : {};
        expect(await state.head()).toStrictEqual({ ...head, ...own });
        expect(await state.atRevision(90)).toStrictEqual({ ...middle, ...own });
        expect(await state.get("value")).toStrictEqual({ ...value, map: new Map([[1, "changed"]]) });
        expect((await state.snapshot()).value).toMatchObject({ n: 100 });
        expect(await state.has("gone")).toBe(false);
        expect((await state.namespaces.list()).toSorted()).toStrictEqual(["default", "other"]);
        await state.increment("n");
      });
      await session(reopen(), async (state) => expect(await state.get("n")).toBe(101));
    });
  });

  it("keeps keys and namespaces whatever they are called, also when the log is compacted", async () => {
    await withFolder(async (path) => {
      const kept = create(path);
      const keys = [
        "",
        "#",
        "a",
        "a\u0000b",
        "a\u0000c",
        "é".repeat(3_000),
        "x".repeat(5_000),
        "x".repeat(5_001),
        "0",
        "1e3",
      ];
      const names = ["", "with space", "n".repeat(256), "é".repeat(256)];
      const expected = Object.fromEntries(keys.map((key, index) => [key, index]));
      await session(kept, async (state) => {
        await Promise.all(keys.map((key, index) => state.set(key, index)));
        await Promise.all(names.map((each) => state.namespaces.create(each, { [each]: each })));
        await state.namespaces.delete("with space");
        // More than the log keeps, so that the values are kept as such.
        await Promise.all(Array.from({ length: 50 }, () => state.increment("n")));
      });
      await session(name === "memory" ? kept : create(path), async (state) => {
        expect((await state.snapshot()).value).toStrictEqual({ ...expected, n: 50 });
        const wanted = ["default", ...names].filter((each) => each !== "with space");
        expect((await state.namespaces.list()).toSorted()).toStrictEqual(wanted.toSorted());
        expect(await (await state.open("")).get("")).toBe("");
      });
    });
  });

  it("keeps leases: what expired meanwhile is gone, and what is owned waits for its owner for a while", async () => {
    await withFolder(async (path) => {
      const store = create(path);
      const transport = memory();
      const options = { transport, address: "state" };
      const first = await serveState({ ...options, store });
      await using state = await connectState<Anything>("state", { ...options, reconnect: { minDelayMs: 5 } });
      const leaver = await connectState<Anything>("state", { ...options, reconnect: false });
      await state.set("mine", 1, { owned: true });
      await leaver.set("theirs", 1, { owned: true });
      await state.set("brief", 1, { ttlMs: 1 });
      transport.faults.set({ refusal: 1 });
      transport.faults.cut();
      await first.close();
      await using _second = await serveState({
        ...options,
        store: name === "memory" ? store : create(path),
        ownerLeaseMs: 50,
      });
      transport.faults.heal();
      await state.until((values) => !("theirs" in values) && !("brief" in values));
      expect(await state.get("mine")).toBe(1);
      await leaver.close();
    });
  });
});

describe.each(kinds.slice(0, 2))("a store in $name that has no lease", ({ name, create }) => {
  it("refuses an authority that was replaced", async () => {
    await withFolder(async (path) => {
      const store = create(path);
      const transport = memory();
      await using first = await serveState({ transport, store });
      await using state = await connectState<Anything>(first.address, { transport });
      await state.set("a", 1);
      const second = name === "memory" ? store : create(path);
      await second.load();
      expect(await failure(state.set("a", 2))).toMatchObject({ code: "NOT_AUTHORITY" });
      expect(await failure(state.get("a"))).toMatchObject({ code: "NOT_AUTHORITY" });
      if (second !== store) await second.close();
    });
  });
});

describe("an authority whose store is slow", () => {
  it("lets no acknowledgement, no read and no change out before the store is done", async () => {
    const store = slowStore(memoryStore());
    await using place = await stage({ serve: { store } });
    const other = await place.join();
    const seen: string[] = [];
    const note = (what: string) => (): number => seen.push(what);
    const next = other.nextChange().then(note("change"));
    const met = other.until((values) => values.a === 1, { keys: ["a"] }).then(note("predicate"));
    await other.head();
    const set = place.state.set("a", 1).then(note("set"));
    await until(() => store.held.length === 1);
    const get = other.get("a").then(note("get"));
    const snapshot = other.snapshot().then(note("snapshot"));
    await turns(20);
    expect(seen).toStrictEqual([]);
    store.held[0]?.resolve();
    await Promise.all([next, met, set, get, snapshot]);
    expect(seen).toHaveLength(5);
  });

  it("shows a namespace that is created when the store is done, and its name is taken before", async () => {
    const inner = memoryStore();
    let hold: Promise<void> | undefined;
    const store: Store = {
      ...inner,
      async commit(writes, fence) {
        await inner.commit(writes, fence);
        await hold;
      },
    };
    await using place = await stage({ serve: { store } });
    const { state } = place;
    const held = deferred();
    hold = held.promise;
    const creating = state.namespaces.create("new", { a: 1 });
    expect(await failure(state.namespaces.create("new"))).toMatchObject({ code: "NAMESPACE_EXISTS" });
    expect(await failure(state.open("new"))).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
    expect(await state.namespaces.list()).toStrictEqual(["default"]);
    held.resolve();
    await creating;
    expect(await (await state.open("new")).get("a")).toBe(1);
  });

  it("keeps what comes meanwhile in one batch, and answers in order", async () => {
    const batches: number[] = [];
    const inner = slowStore(memoryStore());
    const store: Store = {
      ...inner,
      commit(writes, fence) {
        batches.push(writes.length);
        return inner.commit(writes, fence);
      },
    };
    await using place = await stage({ serve: { store } });
    const { state } = place;
    batches.length = 0;
    const order: unknown[] = [];
    const writes = Array.from({ length: 50 }, (_, index) =>
      state.increment("n").then((sum) => order.push(sum) && index),
    );
    await until(() => inner.held.length === 1);
    inner.held[0]?.resolve();
    await until(() => inner.held.length === 2);
    inner.held[1]?.resolve();
    await Promise.all(writes);
    expect(batches).toStrictEqual([1, 49]);
    expect(order).toStrictEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it("answers nothing more once the store has failed", async () => {
    const inner = memoryStore();
    let broken = false;
    const store: Store = {
      ...inner,
      async commit(writes, fence) {
        if (broken) throw new Error("the disk is full");
        await inner.commit(writes, fence);
      },
    };
    await using place = await stage({ serve: { store } });
    const { state } = place;
    const waiting = failure(state.nextChange({ keys: ["b"] }));
    await state.set("a", 1);
    broken = true;
    expect(await failure(state.set("a", 2))).toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("the disk is full"),
    });
    expect(await failure(state.get("a"))).toMatchObject({ code: "STORE_FAILED" });
    expect(await waiting).toMatchObject({ code: "STORE_FAILED" });
  });
});
