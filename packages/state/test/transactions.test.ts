import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Anything, failure, stage } from "./fixture.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";

interface Counters {
  readonly count: number;
  readonly list: readonly number[];
  readonly jobs: Record<string, { status: string }>;
}

const schemas = {
  count: z.number().max(10).optional(),
  jobs: z.record(z.string(), z.object({ status: z.string() })).optional(),
};

describe.each(transports)("changing a state as a whole, over $name", ({ create }) => {
  it("applies a transaction whole or not at all [zproc-7]", async () => {
    await using place = await stage<Partial<Counters>>({
      transport: create(),
      serve: { namespaces: { default: { schemas } } },
    });
    const { state } = place;
    const revision = await state.txn().checkAbsent("count").set("count", 1).append("list", 1, 2).commit();
    expect(revision).toBe(1);
    const before = await state.snapshot();
    const conflict = state.txn().check("count", 2).set("count", 3).commit();
    expect(await failure(conflict)).toMatchObject({ code: "CONFLICT" });
    const invalid = await failure(state.txn().append("list", 3).set("count", 11).commit());
    expect(invalid).toMatchObject({ code: "SCHEMA", issues: [{ path: ["count"] }] });
    const misfit = state.txn().set("count", 5).increment("list").commit();
    expect(await failure(misfit)).toMatchObject({ code: "INVALID_VALUE" });
    expect(await state.snapshot()).toStrictEqual(before);
    await state
      .txn()
      .checkUnchanged("count", revision)
      .checkPresent("list")
      .checkRevision(1)
      .increment("count")
      .commit();
    expect(await state.get("count")).toBe(2);
    expect(await failure(state.txn().checkUnchanged("count", revision).delete("list").commit())).toMatchObject({
      code: "CONFLICT",
    });
  });

  it("checks nested writes by the schema of their key, at the authority", async () => {
    await using place = await stage<Counters>({ transport: create(), serve: { namespaces: { default: { schemas } } } });
    const { state } = place;
    await state.set("jobs", { a: { status: "new" } });
    const wrong = await failure(state.at("jobs", "a", "status").set(5 as never));
    expect(wrong).toMatchObject({ code: "SCHEMA", issues: [{ path: ["jobs", "a", "status"] }] });
    expect(await state.get("jobs")).toStrictEqual({ a: { status: "new" } });
  });

  it("checks the whole by its schema", async () => {
    const schema = z
      .object({ low: z.number(), high: z.number() })
      .refine(({ low, high }) => low <= high, "low is above high");
    const initial = { low: 1, high: 2 };
    await using place = await stage<{ low: number; high: number }>({
      transport: create(),
      serve: { namespaces: { default: { schema, initial } } },
    });
    expect(await failure(place.state.set("low", 3))).toMatchObject({
      code: "SCHEMA",
      message: expect.stringContaining("low is above high"),
    });
    await place.state.merge({ low: 3, high: 4 });
    expect((await place.state.snapshot()).value).toStrictEqual({ low: 3, high: 4 });
  });

  it("counts to the end by updates, and by increments without a retry [zproc-6]", async () => {
    const clients = sized(10, 100);
    const rounds = sized(10, 100);
    await using place = await stage<{ updated: number; added: number }>({ transport: create() });
    await place.state.merge({ updated: 0, added: 0 });
    const joined = await Promise.all(Array.from({ length: clients }, () => place.join()));
    let runs = 0;
    await Promise.all(
      joined.map(async (client) => {
        for (let round = 0; round < rounds; round += 1) {
          await client.update((draft) => {
            runs += 1;
            draft.updated += 1;
          });
          await client.increment("added");
        }
      }),
    );
    expect((await place.state.snapshot()).value).toStrictEqual({ updated: clients * rounds, added: clients * rounds });
    expect(runs).toBeGreaterThanOrEqual(clients * rounds);
    const writes = (await place.state.head()).revision;
    expect(writes).toBe(1 + 2 * clients * rounds);
  });

  it("sends of an update only what it changed, and runs it again only if what it looked at changed", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    await state.merge({ a: { big: "x".repeat(1_000), n: 1, list: [1, 2, 3], map: new Map([["k", 1]]) }, b: 1, c: 1 });
    let runs = 0;
    const result = await state.update(
      (draft) => {
        runs += 1;
        draft.a.n += 1;
        draft.a.list.push(4);
        draft.a.map.set("l", 2);
        delete draft.c;
        return draft.a.n;
      },
      { tag: "step" },
    );
    expect([result, runs]).toStrictEqual([2, 1]);
    const [change] = await state.history({ from: 1 });
    expect(change).toMatchObject({ tag: "step" });
    expect(change?.values.map(({ path }) => path.join("/")).toSorted()).toStrictEqual([
      "a/list/3",
      "a/map",
      "a/n",
      "c",
    ]);
    expect(await state.get("a")).toMatchObject({
      n: 2,
      list: [1, 2, 3, 4],
      map: new Map([
        ["k", 1],
        ["l", 2],
      ]),
    });
    let meddled = false;
    runs = 0;
    await state.at("b").update((b) => {
      runs += 1;
      if (!meddled) {
        meddled = true;
        void other.set("b", 10);
      }
      return b + 1;
    });
    expect(runs).toBeGreaterThanOrEqual(1);
    expect([2, 11]).toContain(await state.get("b"));
  });

  it("leaves everything as it is when an update throws, and refuses one that waits [zproc-7]", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    await state.set("a", { n: 1 });
    const broken = state.update((draft) => {
      draft.a.n = 2;
      throw new RangeError("no");
    });
    expect(await failure(broken)).toMatchObject({ name: "RangeError" });
    expect(await failure(state.update(async () => undefined))).toMatchObject({ name: "TypeError" });
    expect(await state.snapshot()).toMatchObject({ revision: 1, value: { a: { n: 1 } } });
  });

  it("gives up an update that never gets through, with a bound", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    await state.set("a", 1);
    await using _replica = await state.follow();
    let n = 0;
    const tries: Promise<void>[] = [];
    const stubborn = state.update(
      (draft) => {
        n += 1;
        tries.push(other.set("a", -n));
        draft.a = n + Number(draft.a);
      },
      { maxTries: 3 },
    );
    const outcome = await stubborn.then(
      () => "applied",
      (error: { code: string }) => error.code,
    );
    await Promise.all(tries);
    expect(n).toBeLessThanOrEqual(3);
    expect(["applied", "CONFLICT"]).toContain(outcome);
  });

  it("gives up an update at once when its signal aborts, also between two tries", async () => {
    await using place = await stage({ transport: create() });
    const { state } = place;
    const other = await place.join();
    await state.set("a", 1);
    const controller = new AbortController();
    const reason = new Error("enough");
    let tries = 0;
    const update = (draft: Anything): void => {
      tries += 1;
      // On its way before the update's own: the check fails each time.
      void state.set("a", -tries);
      draft.a += 1;
      if (tries === 5) setTimeout(() => controller.abort(reason));
    };
    expect(await failure(state.update(update, { signal: controller.signal }))).toBe(reason);
    expect(await other.get("a")).toBeLessThan(0);
  });
});
