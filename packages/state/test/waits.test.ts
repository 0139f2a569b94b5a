import { describe, expect, it } from "vitest";
import { all, any, not, where } from "../src/index.ts";
import { deferred, failure, stage, take, turns } from "./fixture.ts";
import { transports } from "./transports.ts";

describe.each(transports)("waiting on a state, over $name", ({ create }) => {
  it("follows the original's example without a sleep [zproc-1]", async () => {
    await using place = await stage<{ foo: string }>({ transport: create() });
    const [one, two] = [await place.join(), await place.join()];
    const order: string[] = [];
    const first = one.nextChange({ keys: ["foo"] }).then(async () => {
      order.push("one saw a change");
      await one.set("foo", "bar");
    });
    const second = two.until(where("foo").equals("bar")).then(() => order.push("two saw bar"));
    await one.head();
    await place.state.set("foo", "foobar");
    await Promise.all([first, second]);
    expect(order).toStrictEqual(["one saw a change", "two saw bar"]);
  });

  it("resolves at once when the condition is true already [zproc-2]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("foo", "bar");
    expect(await state.until(where("foo").equals("bar"))).toStrictEqual({ foo: "bar" });
    expect(await state.until((values) => values.foo === "bar")).toStrictEqual({ foo: "bar" });
    expect(await state.at("foo").untilEquals("bar")).toBe(1);
  });

  it("sees a condition that is true for one revision only [zproc-2]", async () => {
    await using place = await stage<{ phase: string; other?: number }>({ transport: create() });
    const waiter = await place.join();
    await place.state.set("phase", "before");
    const atAuthority = waiter.until(where("phase").equals("now"));
    const here = waiter.until((values) => values.phase === "now");
    const keyed = waiter.until((values) => values.phase === "now", { keys: ["phase"] });
    await waiter.head();
    await place.state.set("other", 1);
    await Promise.all([place.state.set("phase", "now"), place.state.set("phase", "after")]);
    expect(await atAuthority).toStrictEqual({ phase: "now", other: 1 });
    expect(await here).toMatchObject({ phase: "now" });
    expect(await keyed).toStrictEqual({ phase: "now" });
  });

  it("wakes fifty waiters by one write [zproc-10]", async () => {
    await using place = await stage({ transport: create() });
    const waiter = await place.join();
    const waits = Array.from({ length: 50 }, () => waiter.until(where("go").isTruthy()));
    const changes = Array.from({ length: 50 }, () => waiter.nextChange({ keys: ["go"] }));
    await waiter.head();
    await place.state.set("go", true);
    expect(await Promise.all(waits)).toHaveLength(50);
    expect((await Promise.all(changes)).map(({ revision }) => revision)).toStrictEqual(Array(50).fill(1));
  });

  it("ends at its deadline or its signal, and later waits get nothing of it [zproc-11]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.namespaces.create("other");
    const other = await state.open("other");
    const started = performance.now();
    const ending = failure(state.nextChange({ timeoutMs: 100 })).then((error) => ({ error, at: performance.now() }));
    // Another timer says when it was due, on a machine that has other things to do.
    const due = new Promise<number>((resolve) => setTimeout(() => resolve(performance.now()), 100));
    const { error, at } = await ending;
    expect(error).toMatchObject({ name: "StateError", code: "TIMEOUT" });
    expect(at - started).toBeGreaterThan(98);
    expect(at - (await due)).toBeLessThan(20);
    const controller = new AbortController();
    const aborted = failure(state.until(where("a").equals(1), { signal: controller.signal }));
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    const later = other.nextChange();
    await other.head();
    await state.set("a", 1);
    await other.set("b", 2);
    expect((await later).values).toStrictEqual([{ kind: "set", path: ["b"], value: 2 }]);
  });

  it("knows who changed what, and leaves out what is not wanted", async () => {
    await using place = await stage({ transport: create(), connect: { name: "main" } });
    const { state } = place;
    const other = await place.join({ name: "other" });
    const foreign = state.nextChange({ includeOwn: false });
    const keyed = state.nextChange({ keys: ["b"] });
    const rest = state.nextChange({ exclude: ["a"] });
    const noop = state.nextChange({ includeNoop: true, keys: ["a"], since: 1 });
    await state.set("a", 1);
    await state.set("a", 1);
    await other.set("b", 2, { tag: "why" });
    expect(await foreign).toMatchObject({ own: false, by: other.client, tag: "why", revision: 3 });
    expect(await keyed).toMatchObject({ revision: 3, values: [{ kind: "set", path: ["b"], value: 2 }] });
    expect(await rest).toMatchObject({ revision: 3 });
    expect(await noop).toMatchObject({ revision: 2, noop: true, own: true });
    expect(other.client).toMatch(/^other\/[0-9a-f]{16}$/);
  });

  it("misses nothing between a look and a wait when it names the revision it saw", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    const { revision } = await state.snapshot();
    await other.set("a", 1);
    expect(await state.nextChange({ since: revision })).toMatchObject({ revision: 1 });
  });

  it("evaluates every kind of condition at the authority", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.merge({ n: 5, text: "b", nothing: null, list: [1], off: 0 });
    const met = [
      where("n").isAbove(4),
      where("n").isBelow(6),
      where("text").isAbove("a"),
      where("n").isIn([1, 5]),
      where("missing").isAbsent(),
      where("missing").notEquals(1),
      where("missing").isFalsy(),
      where("missing").isNotNull(),
      where("nothing").isNull(),
      where("nothing").isPresent(),
      where("off").isFalsy(),
      where("list", 0).equals(1),
      all(where("n").isTruthy(), not(where("text").equals("a"))),
      any(where("n").equals(0), where("text").equals("b")),
    ];
    for (const condition of met) await state.until(condition, { timeoutMs: 5_000 });
    const unmet = [
      where("missing").isPresent(),
      where("missing").isNull(),
      where("n").isAbove(5),
      where("n").isAbove("4"),
    ];
    for (const condition of unmet) {
      expect(await failure(state.until(condition, { timeoutMs: 20 }))).toMatchObject({ code: "TIMEOUT" });
    }
    const malformed = JSON.parse('{ "is": "run", "path": ["n"] }');
    expect(await failure(state.until(malformed))).toMatchObject({ code: "INVALID_VALUE" });
    expect(await state.get("n")).toBe(5);
  });

  it("rejects with what a predicate throws, and harms nobody else", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const broken = failure(
      state.until((values) => {
        if ("a" in values) throw new RangeError("too much");
        return false;
      }),
    );
    await turns();
    await state.set("a", 1);
    expect(await broken).toMatchObject({ name: "RangeError", message: "too much" });
    expect(await state.get("a")).toBe(1);
  });

  it("leaves nothing at the authority when a wait is over", async () => {
    await using place = await stage({ transport: create(), serve: { maxWatchers: 2 } });
    const { state } = place;
    for (let round = 0; round < 5; round += 1) {
      const controller = new AbortController();
      const waits = [state.nextChange(controller), state.until(where("a").isPresent(), controller)].map(failure);
      await state.head();
      expect(await failure(state.nextChange())).toMatchObject({ code: "LIMIT_EXCEEDED" });
      controller.abort();
      await Promise.all(waits);
      await state.head();
    }
  });

  it("waits until a revision that somebody told of is here", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    await using _replica = await other.follow();
    const told = deferred<number>();
    const waiting = told.promise.then((revision) => other.caughtUp(revision));
    const revision = await state.txn().set("a", 1).commit();
    told.resolve(revision);
    await waiting;
    expect(other.view.a).toBe(1);
    expect(await failure(other.caughtUp(99, { timeoutMs: 20 }))).toMatchObject({ code: "TIMEOUT" });
  });

  it("gives changes as they come, to the last detail", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const reading = take(state.changes(), 4);
    await state.head();
    await state.set("a", { b: [1] });
    await state.at("a", "b").append(2, 3);
    await state.at("a", "b", 0).delete();
    await state.delete("a");
    const seen = await reading;
    expect(seen.map((item) => [item.revision, "values" in item && item.values])).toStrictEqual([
      [1, [{ kind: "set", path: ["a"], value: { b: [1] } }]],
      [2, [{ kind: "append", path: ["a", "b"], values: [2, 3] }]],
      [3, [{ kind: "delete", path: ["a", "b", 0] }]],
      [4, [{ kind: "delete", path: ["a"] }]],
    ]);
  });
});
