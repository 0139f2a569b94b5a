import { describe, expect, it } from "vitest";
import * as zproc from "../src/zproc.ts";
import { stage, take } from "./fixture.ts";

describe("ZProc's names", () => {
  it("wait for one change or condition, as in 0.1.5 and 1.0.0a5", async () => {
    await using place = await stage<Record<string, unknown>>();
    const { state } = place;
    const waits = [
      zproc.getWhenChange(state),
      zproc.getWhenChange(state, ["foo"]),
      zproc.getWhenChange(state, ["other"], { exclude: true }),
      zproc.getValWhenChange(state, "foo"),
      zproc.getWhen(state, ({ foo }) => foo === "bar"),
      zproc.getWhenEqual(state, "foo", "bar"),
      zproc.getWhenAvailable(state, "foo"),
      zproc.getRawUpdate(state),
    ];
    await state.head();
    await state.set("foo", "bar");
    const after = { foo: "bar" };
    expect(await Promise.all(waits)).toStrictEqual([after, after, after, "bar", after, after, after, [{}, after]]);
    expect(await zproc.getWhenNotEqual(state, "missing", 1)).toStrictEqual(after);
    expect(await zproc.getWhenNotNone(state, "missing")).toStrictEqual(after);
    expect(await zproc.setDefault(state, "foo", "other")).toBe("bar");
    await state.set("foo", null);
    expect(await zproc.getWhenNone(state, "foo")).toStrictEqual({ foo: null });
  });

  it("iterate, as in 0.9.5", async () => {
    await using place = await stage<Record<string, unknown>>();
    const { state } = place;
    for (const n of [1, 1, 2, 0, 3]) await state.set("n", n);
    await state.set("other", 1);
    const ns = (items: readonly Record<string, unknown>[]) => items.map(({ n }) => n);
    expect(ns(await take(zproc.whenChange(state, ["n"], { since: 0 }), 4))).toStrictEqual([1, 2, 0, 3]);
    expect(ns(await take(zproc.whenChange(state, [], { since: 0, identicalOkay: true, count: 3 }), 9))).toStrictEqual([
      1, 1, 2,
    ]);
    expect(await take(zproc.whenChange(state, ["n"], { since: 0, exclude: true }), 1)).toStrictEqual([
      { n: 3, other: 1 },
    ]);
    expect(
      ns(
        await take(
          zproc.when(state, ({ n }) => Number(n) > 1, { since: 0 }),
          2,
        ),
      ),
    ).toStrictEqual([2, 3]);
    expect(ns(await take(zproc.whenEqual(state, "n", 3), 1))).toStrictEqual([3]);
    expect(ns(await take(zproc.whenNotEqual(state, "n", 1, { since: 1 }), 1))).toStrictEqual([2]);
    expect(ns(await take(zproc.whenFalsy(state, "n", { since: 1 }), 1))).toStrictEqual([0]);
    expect(ns(await take(zproc.whenTruthy(state, "n", { count: 1 }), 9))).toStrictEqual([3]);
    expect(ns(await take(zproc.whenAvailable(state, "other"), 1))).toStrictEqual([3]);
    expect(ns(await take(zproc.whenNotNone(state, "n"), 1))).toStrictEqual([3]);
    const [raw] = await take(zproc.whenChangeRaw(state, { since: 2 }), 1);
    expect(raw).toMatchObject({ before: { n: 1 }, after: { n: 2 }, isIdentical: false });
    await state.set("n", null);
    expect(ns(await take(zproc.whenNone(state, "n"), 1))).toStrictEqual([null]);
    expect(ns(await take(zproc.whenChange(state, [], { since: 0, live: true }), 1))).toStrictEqual([null]);
  });
});
