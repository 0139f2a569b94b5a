import { describe, expect, it } from "vitest";
import { connectState, memoryStore, type Store, serveState } from "../src/index.ts";
import { type Anything, deferred, until } from "./fixture.ts";
import { networks } from "./networks.ts";
import { sized } from "./size.ts";
import { drawStays, rebuild } from "./watcher.ts";

const reconnect = { windowMs: 60_000, minDelayMs: 2, maxDelayMs: 20 };

describe.each(networks)("a state over $name", { timeout: 120_000 }, ({ create, address, breaks }) => {
  it("gives every watcher every revision once and in order, who leaves, comes back and loses its link [zproc-3]", async () => {
    const changes = sized(1_000, 8_000);
    await using network = await create();
    await using server = await serveState({ transport: network.near, address, maxLogEntries: changes + 1 });
    const entrance = await network.entrance(server.address);
    const connect = () => connectState<Anything>(entrance, { transport: network.far, reconnect });
    const writers = await Promise.all(Array.from({ length: 4 }, connect));
    const watchers = await Promise.all(Array.from({ length: 4 }, connect));
    const watching = watchers.map((watcher, index) => rebuild(watcher, changes, drawStays(index)));
    const [observer = expect.fail()] = writers;
    for (let done = 0; done < changes; done += 100) {
      const writing = writers.flatMap((writer, index) =>
        Array.from({ length: 25 }, (_, each) => writer.set(`key-${(index + each) % 7}`, [index, done + each])),
      );
      await observer.nextChange({ since: done + 10 });
      network.cut();
      await Promise.all(writing);
    }
    const rebuilt = await Promise.all(watching);
    const { value, revision } = await observer.snapshot();
    expect(revision).toBe(changes);
    for (const values of rebuilt) expect(values).toStrictEqual(value);
    await Promise.all([...writers, ...watchers].map((client) => client.close()));
  });

  it("goes on with every acknowledged write after a restart, and applies what was not acknowledged once [zproc-23] [zproc-24]", async () => {
    await using network = await create();
    const { store, hold } = holdable(memoryStore());
    const first = await serveState({ transport: network.near, address, store });
    const entrance = await network.entrance(first.address);
    const state = await connectState<Anything>(entrance, { transport: network.far, reconnect });
    const watch = state.changes({ from: "start", overflow: "error" });
    for (let n = 1; n <= 5; n += 1) await state.increment("n");
    const held = hold();
    const sums = Promise.all([state.increment("n"), state.increment("n")]);
    const waiting = state.nextChange({ keys: ["later"] });
    await held.reached;
    const leaving = first.handOver();
    // It is kept by now; whoever could have answered is gone.
    await until(() => first.clients === 0);
    held.release();
    await leaving;
    await using second = await serveState({ transport: network.near, address: first.address, store });
    expect(second.address).toBe(first.address);
    expect(await sums).toStrictEqual([6, 7]);
    await state.set("later", true);
    expect(await waiting).toMatchObject({ revision: 8 });
    for (let revision = 1; revision <= 8; revision += 1) {
      expect((await watch.next()).value).toMatchObject({ kind: "change", revision });
    }
    expect((await state.snapshot()).value).toStrictEqual({ n: 7, later: true });
    await watch.return?.();
    await state.close();
  });

  it("lets go of what a client held that is gone in the middle of an update and a wait [zproc-8]", async () => {
    await using network = await create();
    await using server = await serveState({ transport: network.near, address, parking: { forMs: 20 } });
    const entrance = await network.entrance(server.address);
    const state = await connectState<Anything>(entrance, { transport: network.far, reconnect });
    const leaver = await connectState<Anything>(entrance, { transport: network.far, reconnect: false });
    await leaver.set("member", "here", { owned: true });
    await leaver.set("other", "stays");
    const lock = await leaver.at("lock").lock();
    const waiting = leaver.nextChange({ keys: ["never"] }).catch(() => undefined);
    const next = state.at("lock").lock();
    await state.head();
    const gone = state.at("member").nextChange({ since: 2 });
    if (breaks) {
      const update = (draft: Anything): void => {
        network.cut();
        draft.half = true;
      };
      await leaver.update(update, { keys: ["other"] }).catch(() => undefined);
    } else {
      await leaver.close();
    }
    await state.set("nobody", "waits");
    expect(await gone).toMatchObject({ by: "authority", tag: "owner gone" });
    expect((await next).fence).toBeGreaterThan(lock.fence);
    expect((await state.keys()).toSorted()).toStrictEqual(["lock", "nobody", "other"]);
    await waiting;
    await leaver.close();
    await state.close();
  });
});

interface Hold {
  /** Resolves when the store has kept something, and says nothing. */
  readonly reached: Promise<void>;
  release(): void;
}

/** A store that keeps what it is given, and says so only when it is let. */
function holdable(inner: Store): { readonly store: Store; hold(): Hold } {
  let holding: { readonly reached: () => void; readonly released: Promise<void> } | undefined;
  return {
    store: {
      ...inner,
      async commit(writes, fence) {
        await inner.commit(writes, fence);
        holding?.reached();
        await holding?.released;
      },
    },
    hold() {
      const [reached, released] = [deferred(), deferred()];
      holding = { reached: () => reached.resolve(), released: released.promise };
      return {
        reached: reached.promise,
        release() {
          holding = undefined;
          released.resolve();
        },
      };
    },
  };
}
