import { describe, expect, it } from "vitest";
import { connectState, where } from "../src/index.ts";
import { failure, stage } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("a state as a dictionary, over $name", ({ create, nowhere }) => {
  it("gets what was set, also from another client", async () => {
    await using place = await stage({ transport: create() });
    const other = await place.join();
    await place.state.set("foo", "bar");
    expect(await other.get("foo")).toBe("bar");
    expect(await other.has("foo")).toBe(true);
    expect(await other.keys()).toStrictEqual(["foo"]);
    expect(await other.values()).toStrictEqual(["bar"]);
    expect(await other.entries()).toStrictEqual([["foo", "bar"]]);
    expect(await other.size()).toBe(1);
  });

  it("answers for missing keys, empty states and lengths, and goes on serving [zproc-9]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    expect(await state.get("missing")).toBeUndefined();
    expect(await state.get("missing", { default: 7 })).toBe(7);
    expect(await state.take("missing")).toBeUndefined();
    expect(await state.delete("missing")).toBe(false);
    expect(await state.has("missing")).toBe(false);
    expect([await state.size(), await state.keys(), await state.values()]).toStrictEqual([0, [], []]);
    expect(await other.get("missing")).toBeUndefined();
    expect((await other.head()).revision).toBe(0);
  });

  it("carries every kind of value", async () => {
    await using place = await stage({ transport: create() });
    const value = {
      map: new Map<unknown, unknown>([
        ["a", 1],
        [2, new Set([1n])],
      ]),
      date: new Date(5),
      big: 2n ** 70n,
      bytes: new Uint8Array([1, 2]),
      large: new Uint8Array(20_000).fill(3),
      numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY],
      nothing: [undefined, null],
    };
    await place.state.set("value", value);
    expect(await place.state.get("value")).toStrictEqual(value);
    expect(await place.state.at("value", "map", "a").get()).toBe(1);
  });

  it("takes, merges, replaces and clears", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.merge({ a: 1, b: 2, c: 3 });
    expect(await state.take("a")).toBe(1);
    expect(await state.delete("b")).toBe(true);
    expect((await state.snapshot()).value).toStrictEqual({ c: 3 });
    await state.replace({ c: 3, d: 4 });
    expect((await state.snapshot()).value).toStrictEqual({ c: 3, d: 4 });
    await state.clear();
    expect((await state.snapshot()).value).toStrictEqual({});
  });

  it("sets and reads along paths", async () => {
    await using place = await stage<{ jobs: Record<string, { status: string; tries: number[] }> }>({
      transport: create(),
    });
    const jobs = place.state.at("jobs");
    await jobs.set({});
    await place.state.at("jobs", "7").set({ status: "new", tries: [] });
    await place.state.at("jobs", "7", "status").set("done");
    expect(await place.state.at("jobs", "7", "tries").append(1, 2)).toBe(2);
    expect(await place.state.at("jobs", "7", "tries", 1).increment(5)).toBe(7);
    expect(await jobs.get()).toStrictEqual({ "7": { status: "done", tries: [1, 7] } });
    expect(await jobs.keys()).toStrictEqual(["7"]);
    expect(await place.state.at("jobs", "8").has()).toBe(false);
    expect(await failure(place.state.at("jobs", "8", "status").set("new"))).toMatchObject({ code: "INVALID_PATH" });
    expect(await place.state.at("jobs", "7", "tries", 0).delete()).toBe(true);
    expect(await place.state.at("jobs", "7", "tries").get()).toStrictEqual([7]);
  });

  it("refuses names that lead to what all objects share [zproc-17]", async () => {
    await using place = await stage({ transport: create() });
    await place.state.set("safe", {});
    for (const name of ["__proto__", "constructor", "prototype"]) {
      expect(() => place.state.at("safe", name)).toThrow(expect.objectContaining({ code: "INVALID_PATH" }));
      const wire = place.state.txn().merge(JSON.parse(`{ ${JSON.stringify(name)}: 1 }`));
      if (name !== "__proto__") expect(await failure(wire.commit())).toMatchObject({ code: "INVALID_PATH" });
    }
    expect(Object.getPrototypeOf(await place.state.get("safe"))).toBe(Object.prototype);
  });

  it("compares and sets", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    expect(await state.compareAndSet("a", undefined, { x: [1] })).toBe(true);
    expect(await state.compareAndSet("a", undefined, 2)).toBe(false);
    expect(await state.compareAndSet("a", { x: [2] }, 2)).toBe(false);
    expect(await state.compareAndSet("a", { x: [1] }, 2)).toBe(true);
    expect(await state.get("a")).toBe(2);
  });

  it("has namespaces that are created, listed, forked and deleted", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", 1);
    await state.namespaces.create("other", { b: 2 });
    await state.namespaces.fork("copy");
    expect(await state.namespaces.list()).toStrictEqual(["default", "other", "copy"]);
    const copy = await state.open("copy");
    await copy.set("a", 5);
    expect(await state.get("a")).toBe(1);
    expect(await failure(state.namespaces.create("copy"))).toMatchObject({ code: "NAMESPACE_EXISTS" });
    const waiting = failure(copy.until(where("a").equals(9)));
    await copy.get("a");
    await state.namespaces.delete("copy");
    expect(await waiting).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
    expect(await failure(copy.get("a"))).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
    expect(await failure(state.open("copy"))).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
  });

  it("says at once that nobody is there, or that the credentials are wrong [zproc-15]", async () => {
    const transport = create();
    await using place = await stage({
      transport,
      serve: { key: "a key of sixteen bytes" },
      connect: { key: "a key of sixteen bytes" },
    });
    const wrong = connectState(place.server.address, { transport, key: "another key of 16 bytes" });
    expect(await failure(wrong)).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await failure(connectState(nowhere, { transport }))).toMatchObject({ code: "REFUSED" });
    await place.state.set("a", 1);
    const other = await place.join({ key: "a key of sixteen bytes" });
    expect(await other.get("a")).toBe(1);
  });

  it("does not let reads change anything [zproc-12]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", [1, { b: 2 }]);
    const before = await state.head();
    for (let read = 0; read < 100; read += 1) await Promise.all([state.get("a"), state.keys(), state.snapshot()]);
    expect(await state.head()).toStrictEqual(before);
    expect(await state.history()).toHaveLength(1);
  });
});
