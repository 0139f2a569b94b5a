import { describe, expect, it } from "vitest";
import { applyChange, type Change, type State } from "../src/index.ts";
import { type Anything, failure, stage, take } from "./fixture.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";

/** Writes so many changes of one key, a few at a time. */
async function write(state: State<Anything>, count: number, key = "n"): Promise<void> {
  for (let done = 0; done < count; done += 100) {
    const batch = Math.min(100, count - done);
    await Promise.all(Array.from({ length: batch }, (_, index) => state.set(key, done + index + 1)));
  }
}

/** Reads up to a revision. */
async function drain<Item extends { revision: number }>(items: AsyncIterator<Item>, revision: number): Promise<Item[]> {
  const read: Item[] = [];
  for (let at = 0; at < revision; ) {
    const { value, done } = await items.next();
    if (done) break;
    read.push(value);
    at = value.revision;
  }
  return read;
}

describe.each(transports)("watching a state, over $name", ({ create }) => {
  it("begins with a snapshot, at the start, now, or after a revision", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", 1);
    await state.set("b", 2);
    const [snapshot] = await take(state.changes({ from: "snapshot" }), 1);
    expect(snapshot).toMatchObject({ kind: "snapshot", revision: 2, value: { a: 1, b: 2 } });
    const [one, two] = await take(state.changes({ from: "start" }), 2);
    expect([one?.revision, two?.revision]).toStrictEqual([1, 2]);
    const [after] = await take(state.changes({ from: 1 }), 1);
    expect(after).toMatchObject({ revision: 2 });
    const coming = take(state.changes(), 1);
    await state.head();
    await state.set("c", 3);
    expect((await coming)[0]).toMatchObject({ revision: 3 });
  });

  it("replays to every revision what was there [zproc-14]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const values: Anything[] = [{}];
    const steps = [
      () => state.set("a", { list: [1, 2], map: new Map([["k", { x: 1 }]]) }),
      () => state.at("a", "list").append(3),
      () => state.at("a", "map", "k", "x").set(2),
      () => state.at("a", "list", 0).delete(),
      () => state.txn().set("b", 1).delete("a").increment("c", 5n).commit(),
      () => state.replace({ b: 2, d: new Set([1]) }),
      () => state.clear(),
    ];
    for (const step of steps) {
      await step();
      values.push((await state.snapshot()).value);
    }
    let replayed: Anything = {};
    for (const change of await state.history()) {
      replayed = applyChange(replayed, change);
      expect(replayed).toStrictEqual(values[change.revision]);
    }
    for (const [revision, value] of values.entries()) {
      expect((await state.atRevision(revision)).value).toStrictEqual(value);
    }
    expect(await failure(state.atRevision(99))).toMatchObject({ code: "INVALID_VALUE" });
  });

  it("tells, by an error or a snapshot, of revisions that are compacted [zproc-5]", async () => {
    await using place = await stage({ transport: create(), serve: { maxLogEntries: 100 } });
    const { state } = place;
    await write(state, 500);
    const { oldest, revision } = await state.head();
    expect(oldest).toBeGreaterThan(390);
    const asked = failure(take(state.changes({ from: 3, overflow: "error" }), 1));
    expect(await asked).toMatchObject({ name: "StateError", code: "COMPACTED", oldest, current: revision });
    expect(await failure(state.atRevision(3))).toMatchObject({ code: "COMPACTED", oldest });
    expect(await failure(state.history({ from: 3 }))).toMatchObject({ code: "COMPACTED", oldest });
    expect(await failure(state.nextChange({ since: 3 }))).toMatchObject({ code: "COMPACTED", oldest });
    const [instead] = await take(state.changes({ from: 3 }), 1);
    expect(instead).toMatchObject({ kind: "snapshot", revision, value: { n: 500 } });
    const [oldestLeft] = await take(state.changes({ from: oldest, overflow: "error" }), 1);
    expect(oldestLeft).toMatchObject({ revision: oldest + 1 });
  });

  it("does not mistake another history for its own", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", 1);
    const foreign = { from: 1, epoch: "another" };
    const ended = failure(take(state.changes({ ...foreign, overflow: "error" }), 1));
    expect(await ended).toMatchObject({ code: "EPOCH_CHANGED" });
    const [instead] = await take(state.changes(foreign), 1);
    expect(instead).toMatchObject({ kind: "snapshot", value: { a: 1 } });
  });

  it("holds up no writer when it is not read, and then says once what became of it [zproc-4]", async () => {
    const count = sized(5_000, 100_000);
    await using place = await stage({ transport: create(), serve: { maxLogEntries: 1_000 } });
    const writer = place.state;
    // The connection itself holds a little.
    const reader = await place.join({ limits: { streamItems: 1 } });
    const careful = reader.changes({ overflow: "error" })[Symbol.asyncIterator]();
    const easy = reader.changes({ overflow: "resync" })[Symbol.asyncIterator]();
    const latest = reader.changes({ mode: "latest" })[Symbol.asyncIterator]();
    const first = [careful.next(), easy.next(), latest.next()];
    await reader.head();
    await writer.set("n", 0);
    await Promise.all(first);
    await write(writer, count);
    const revision = count + 1;
    expect(await failure(drain(careful, revision + 1))).toMatchObject({ code: "COMPACTED", current: revision });
    const resynced = await drain(easy, revision);
    const snapshots = resynced.filter(({ kind }) => kind === "snapshot");
    expect(snapshots).toMatchObject([{ revision, value: { n: count } }]);
    const changes = resynced.filter(({ kind }) => kind === "change").map((item) => item.revision);
    expect(changes).toStrictEqual(changes.map((_, index) => index + 2));
    expect((await drain(latest, revision)).length).toBeLessThan(count / 2);
    expect(await writer.get("n")).toBe(count);
  });

  it("gives the latest of what changed in one", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", { list: [1, 2, 3], x: { y: 1 }, gone: 1 });
    const writer = await place.join();
    await writer.at("a", "list", 0).delete();
    await writer.at("a", "x", "y").set(2);
    await writer.at("a", "x", "y").set(3);
    await writer.at("a", "gone").delete();
    await writer.set("b", 1);
    await writer.delete("b");
    const [item] = await take(state.changes({ from: 1, mode: "latest" }), 1);
    expect(item).toMatchObject({ kind: "change", revision: 7 });
    expect((item as Change).values.toSorted((x, y) => x.path.length - y.path.length)).toStrictEqual([
      { kind: "delete", path: ["b"] },
      { kind: "set", path: ["a", "list"], value: [2, 3] },
      { kind: "delete", path: ["a", "gone"] },
      { kind: "set", path: ["a", "x", "y"], value: 3 },
    ]);
  });

  it("goes on although only other keys changed for longer than the log reaches", async () => {
    await using place = await stage({ transport: create(), serve: { maxLogEntries: 50 } });
    const { state } = place;
    const reader = await place.join();
    const watch = reader.changes({ keys: ["rare"], overflow: "error" })[Symbol.asyncIterator]();
    const first = watch.next();
    await reader.head();
    await write(state, 300);
    await state.set("rare", 1);
    expect((await first).value).toMatchObject({ values: [{ path: ["rare"] }] });
    await watch.return?.();
    const { revision } = await state.head();
    await write(state, 300);
    const late = state.nextChange({ keys: ["rare"], since: revision });
    const again = take(reader.changes({ from: revision, keys: ["rare"], overflow: "error" }), 1);
    // The first answer gives the watch, and the second one comes after it is read.
    await reader.head();
    await reader.head();
    expect(await state.txn().checkUnchanged("rare", revision).delete("rare").commit()).toBe(revision + 301);
    expect([(await late).revision, (await again)[0]?.revision]).toStrictEqual([revision + 301, revision + 301]);
    await write(state, 300);
    // What became of a key that is gone is forgotten with the log.
    expect(await failure(state.nextChange({ keys: ["rare"], since: revision }))).toMatchObject({ code: "COMPACTED" });
  });

  it("releases its watch when the loop is left, also while it waits", async () => {
    await using place = await stage({ transport: create(), serve: { maxWatchers: 1 } });
    const { state } = place;
    for (let round = 0; round < 3; round += 1) {
      const watch = state.changes()[Symbol.asyncIterator]();
      const pending = watch.next();
      // The first answer gives the watch, and the second one comes after it is read.
      await state.head();
      await state.head();
      expect(await failure(state.nextChange())).toMatchObject({ code: "LIMIT_EXCEEDED" });
      await watch.return?.();
      expect((await pending).done).toBe(true);
      await state.head();
    }
  });

  it("ends with the signal's reason", async () => {
    await using place = await stage({ transport: create() });
    const controller = new AbortController();
    const watch = failure(take(place.state.changes({ signal: controller.signal }), 1));
    await place.state.head();
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await watch).toBe(reason);
  });

  it("sends to a watcher of one key what that takes, whatever is beside it [zproc-13]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const size = (items: readonly unknown[]): number => JSON.stringify(items).length;
    const alone = await take(state.changes({ from: "snapshot", keys: ["n"] }), 1);
    await state.merge(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key-${index}`, index])));
    await state.set("large", "x".repeat(1_000_000));
    await state.set("n", 1);
    const crowded = await take(state.changes({ from: "snapshot", keys: ["n"] }), 1);
    expect(size(crowded)).toBeLessThan(size(alone) + 20);
    const next = take(state.changes({ keys: ["n"] }), 1);
    await state.head();
    await state.set("n", 2);
    expect(size(await next)).toBeLessThan(400);
  });
});
