import { memory } from "@fourwire/transport/memory";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { connectState, serveState } from "../src/index.ts";
import { redisStore } from "../src/redis.ts";
import type { Anything } from "./fixture.ts";
import { startCluster, startWatchedRedis } from "./redis-places.ts";

describe("a store in a Redis of several processes", { timeout: 60_000 }, () => {
  it("keeps everything at one node of a Cluster, and is handed on there [zproc-23]", async () => {
    await using cluster = await startCluster();
    const transport = memory();
    // Whose keys would be at another node each, if the prefix did not keep them together.
    for (const prefix of ["one", "two", "three"]) {
      const store = () => redisStore({ client: cluster.client, prefix });
      const first = await serveState({ transport, maxLogEntries: 8, store: store() });
      const state = await connectState<Anything>(first.address, { transport });
      await Promise.all(Array.from({ length: 20 }, () => state.increment("n")));
      await state.namespaces.create("other", { a: 1 });
      await state.close();
      await first.close();
      await using second = await serveState({ transport, store: store() });
      await using next = await connectState<Anything>(second.address, { transport });
      expect(await next.increment("n")).toBe(21);
      expect((await next.namespaces.list()).toSorted()).toStrictEqual(["default", "other"]);
    }
    // The client that it was told of is left alone.
    expect(await cluster.client.set("still", "here")).toBe("OK");
  });

  it("goes on with the replica that a Sentinel makes the master, and loses nothing that this one has [zproc-23]", async () => {
    await using place = await startWatchedRedis();
    const transport = memory();
    const store = redisStore({ options: { sentinels: [place.sentinel], name: "main" }, leaseMs: 30_000 });
    await using server = await serveState({ transport, store });
    await using state = await connectState<Anything>(server.address, { transport });
    const watch = state.changes({ from: "start", overflow: "error" });
    for (let n = 1; n <= 10; n += 1) await state.increment("n");
    const admin = new Redis(place.master.url);
    expect(await admin.info("replication")).toContain("state=online");
    // Commits of this connection count for its own; those of the store are older.
    await admin.set("last", "1");
    expect(await admin.wait(1, 5_000)).toBe(1);
    admin.disconnect();
    // From now on it keeps nothing that nobody else has.
    process.kill(place.master.pid, "SIGSTOP");
    const counting = Promise.all(Array.from({ length: 5 }, () => state.increment("n")));
    await place.master.stop();
    expect(await counting).toStrictEqual([11, 12, 13, 14, 15]);
    for (let revision = 1; revision <= 15; revision += 1) {
      expect((await watch.next()).value).toMatchObject({ kind: "change", revision });
    }
    await watch.return?.();
  });
});
