import { describe, expect, it } from "vitest";
import { hashOf } from "../src/index.ts";
import { deferred, stage } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("a replica of a state, over $name", ({ create }) => {
  it("follows, is frozen, shares what did not change, and can be checked", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    expect(() => state.view).toThrow(expect.objectContaining({ code: "NOT_FOLLOWED" }));
    await state.set("kept", { deep: [1] });
    await using _replica = await state.follow();
    const before = state.view;
    expect(before).toStrictEqual({ kept: { deep: [1] } });
    expect(Object.isFrozen(before)).toBe(true);
    expect(state.view).toBe(before);
    await state.set("n", 1);
    await state.caughtUp(state.seenRevision);
    expect(state.view).not.toBe(before);
    expect(state.view.kept).toBe(before.kept);
    expect(await state.verify()).toBe(true);
    const { value } = await state.snapshot();
    expect(hashOf(state.view)).toBe(hashOf(value));
    expect(hashOf({ ...value, n: 2 })).not.toBe(hashOf(value));
  });

  it("tells those who selected something, in zustand's shape", async () => {
    const errors: string[] = [];
    await using place = await stage({
      transport: create(),
      connect: { onError: ({ message }) => errors.push(message) },
    });
    const { state } = place;
    await state.merge({ a: 1, b: { c: 1 } });
    await using _replica = await state.follow();
    const heard: unknown[] = [];
    const stop = state.subscribe(
      (values) => values.a,
      (a, previous) => heard.push([a, previous]),
    );
    const rounded: unknown[] = [];
    state.subscribe(
      (values) => Number(values.a),
      (a) => rounded.push(a),
      { equals: (left, right) => Math.round(left) === Math.round(right), immediate: true },
    );
    state.subscribe(
      (values) => values.b,
      () => {
        throw new Error("a listener failed");
      },
    );
    await state.set("b", { c: 2 });
    await state.set("a", 1.2);
    await state.set("a", 2);
    await state.caughtUp(state.seenRevision);
    expect(heard).toStrictEqual([
      [1.2, 1],
      [2, 1.2],
    ]);
    expect(rounded).toStrictEqual([1, 2]);
    expect(errors).toStrictEqual(["a listener failed"]);
    stop();
    await state.set("a", 3);
    await state.caughtUp(state.seenRevision);
    expect(heard).toHaveLength(2);
    expect(rounded).toStrictEqual([1, 2, 3]);
  });

  it("ends with the last who follows", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const one = await state.follow();
    const two = await state.follow();
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(state.view).toStrictEqual({});
    await two[Symbol.asyncDispose]();
    expect(() => state.view).toThrow(expect.objectContaining({ code: "NOT_FOLLOWED" }));
  });

  it("knows of revisions that change nothing, and stays the same object", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", 1);
    await using _replica = await state.follow();
    const before = state.view;
    await place.join().then((other) => other.set("a", 1));
    await state.caughtUp(2);
    expect(state.viewRevision).toBe(2);
    expect(state.view).toBe(before);
  });

  it("tells those who selected something why it ends, and can be had again where that is possible", async () => {
    const ended = deferred<Error>();
    await using place = await stage({ transport: create(), connect: { onError: ended.resolve } });
    const { namespaces } = place.state;
    await namespaces.create("brief", { a: 1 });
    const state = await place.state.open("brief");
    await using _replica = await state.follow();
    const heard: unknown[] = [];
    state.subscribe(
      (values) => values.a,
      (a) => heard.push(a),
    );
    await namespaces.delete("brief");
    expect(await ended.promise).toMatchObject({ code: "NAMESPACE_NOT_FOUND" });
    expect(state.view).toStrictEqual({ a: 1 });
    await namespaces.create("brief", { a: 2 });
    await using _again = await state.follow();
    expect(state.view).toStrictEqual({ a: 2 });
    expect(heard).toStrictEqual([]);
  });
});
