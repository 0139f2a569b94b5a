import { describe, expect, it } from "vitest";
import { failure, stage, turns, until } from "./fixture.ts";

describe("values that do not stay", () => {
  it("expire, unless they are set again", async () => {
    await using place = await stage();
    const { state } = place;
    const gone = state.at("token").nextChange({ since: 1 });
    await state.set("token", "abc", { ttlMs: 30 });
    await state.set("kept", 1, { ttlMs: 30 });
    await state.set("kept", 1);
    expect(await gone).toMatchObject({
      by: "authority",
      tag: "expired",
      values: [{ kind: "delete", path: ["token"] }],
    });
    expect(await state.get("kept")).toBe(1);
    expect(await failure(state.set("bad", 1, { ttlMs: -1 }))).toMatchObject({ code: "INVALID_VALUE" });
  });

  it("go with the client that owns them [zproc-8]", async () => {
    await using place = await stage({ serve: { parking: { forMs: 20 } } });
    const { state } = place;
    const leaver = await place.join();
    await leaver.set("member", "here", { owned: true });
    await leaver.set("other", "stays");
    expect(await state.keys()).toStrictEqual(["member", "other"]);
    const gone = state.at("member").nextChange({ since: 2 });
    await leaver.close();
    expect(await gone).toMatchObject({ by: "authority", tag: "owner gone" });
    expect(await state.keys()).toStrictEqual(["other"]);
  });

  it("make locks, with numbers that only grow", async () => {
    await using place = await stage();
    const [one, two] = [await place.join(), await place.join()];
    const first = await one.at("printer").lock();
    expect(await failure(two.at("printer").lock({ timeoutMs: 30 }))).toMatchObject({ code: "TIMEOUT" });
    const waiting = two.at("printer").lock();
    await one.txn().checkHeld(first).set("page", 1).commit();
    await first.release();
    await first.release();
    const second = await waiting;
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(await failure(one.txn().checkHeld(first).set("page", 2).commit())).toMatchObject({ code: "CONFLICT" });
    await turns();
    expect([first.lost.aborted, second.lost.aborted]).toStrictEqual([true, false]);
    await place.state.delete("printer");
    await until(() => second.lost.aborted);
    const third = await one.at("printer").lock({ ttlMs: 20 });
    await until(() => third.lost.aborted);
  });

  it("exclude each other under a lock, whoever dies", async () => {
    await using place = await stage();
    await place.state.set("inside", 0);
    const workers = Array.from({ length: 6 }, async (_, index) => {
      const worker = await place.join();
      const lock = await worker.at("lock").lock();
      expect(await worker.increment("inside")).toBe(1);
      await worker.increment("inside", -1);
      // Half of them leave without letting go.
      if (index % 2 === 0) await lock.release();
      await worker.close();
    });
    await Promise.all(workers);
    expect(await place.state.get("inside")).toBe(0);
  });
});
