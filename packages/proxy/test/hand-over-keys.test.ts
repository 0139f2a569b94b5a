import type { Session } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { createHandOver, type HandOverOptions } from "../src/index.ts";
import { Notice, Operation, ROOT } from "../src/operation.ts";
import { failure, type Stage, stage, turns, until } from "./fixture.ts";
import { Holdings, Owner } from "./hand-over-fixture.ts";

const KEY = "5".repeat(64);

/** An owner, and sessions of a holder and a third that say what they like. */
interface Keys extends AsyncDisposable {
  readonly stage: Stage<Owner>;
  readonly holdings: Holdings;
  readonly holder: Session;
  readonly third: Session;
  pending(): number;
  /** The holder hands its first reference over. */
  announce(number?: unknown, key?: unknown, reference?: unknown): void;
  claim(number?: unknown, key?: unknown, sessionId?: unknown): Promise<unknown>;
}

/** Makes them; the holder has the table, as reference 1. */
async function keys(options: HandOverOptions = {}): Promise<Keys> {
  const handOver = createHandOver(options);
  const holdings = new Holdings();
  const unheard: unknown[] = [];
  const all = await stage(new Owner(), {
    serve: { handOver, hooks: holdings.hooks, onError: (error) => unheard.push(error) },
  });
  const handler = (): never => {
    throw new Error("Nothing is asked of it");
  };
  const references = { pack: () => undefined, arrive: () => ({}), home: handler, released: handler };
  const holder = await all.open({ handler: () => ({ call: handler, notify: handler, references }) });
  const third = await all.open({ handler: () => ({ call: handler, notify: handler, references }) });
  await holder.call("table", []);
  return {
    ...{ stage: all, holdings, holder, third },
    pending: () => handOver.stats().pending,
    announce: (number = 1, key = KEY, reference = 1) => holder.notify([Notice.HANDED, number], [key, reference]),
    claim: (number = 1, key = KEY, sessionId = holder.peer.sessionId) =>
      third.call([Operation.CLAIM, ROOT], [sessionId, number, key]),
    async [Symbol.asyncDispose]() {
      await holder.close();
      await third.close();
      await all[Symbol.asyncDispose]();
      await handOver.close();
    },
  };
}

describe("what was handed over", () => {
  it("is given for its key, once", async () => {
    await using all = await keys();
    all.announce();
    expect(await all.claim()).toStrictEqual([1, 0]);
    expect(await all.third.call([Operation.CALL, 1, "add"], [1])).toBe(1);
    expect(await failure(all.claim())).toMatchObject({ name: "ProxyError", code: "REFERENCE_LOST" });
    expect(all.holdings.count).toBe(2);
  });

  it("is not given for a key that was made up, and still is for the right one", async () => {
    await using all = await keys();
    all.announce();
    await until(() => all.pending() === 1);
    for (const key of ["", "5", "6".repeat(64), `${KEY}5`, "constructor"]) {
      expect(await failure(all.claim(1, key))).toMatchObject({ code: "REFERENCE_LOST" });
    }
    expect(await all.claim()).toStrictEqual([1, 0]);
  });

  it("is not given for another session's or another number's", async () => {
    await using all = await keys();
    all.announce();
    all.announce(2, "6".repeat(64));
    await until(() => all.pending() === 2);
    expect(await failure(all.claim(2))).toMatchObject({ code: "REFERENCE_LOST" });
    const others = ["", "__proto__", `${all.holder.peer.sessionId}/1`];
    const claims = others.map((sessionId) => failure(all.claim(1, KEY, sessionId)));
    expect(await Promise.all(claims)).toMatchObject(claims.map(() => ({ code: "REFERENCE_LOST" })));
    expect(all.pending()).toBe(2);
  });

  it("is no longer given when its time is up, and no longer held", async () => {
    await using all = await keys({ lifetimeMs: 1 });
    all.announce();
    await until(() => all.holdings.count === 2);
    all.holder.release(1, 1);
    await until(() => all.holdings.count === 0);
    expect(all.pending()).toBe(0);
    expect(await failure(all.claim())).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("is given although the claim came first, which waits", async () => {
    await using all = await keys();
    const claim = all.claim();
    const forged = failure(all.claim(1, "6".repeat(64)));
    await all.third.ping();
    all.announce();
    expect(await claim).toStrictEqual([1, 0]);
    await all.holder.close();
    expect(await forged).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("is held although the holder lets go of it, or leaves, at once", async () => {
    await using all = await keys();
    all.announce();
    all.holder.release(1, 1);
    await all.holder.close();
    await until(() => all.stage.server.clients === 2);
    expect(all.holdings.count).toBe(1);
    expect(await all.claim()).toStrictEqual([1, 0]);
    expect(await all.third.call([Operation.CALL, 1, "add"], [1])).toBe(1);
    all.third.release(1, 1);
    await until(() => all.holdings.count === 0);
  });

  it("is not waited for when its holder is gone", async () => {
    await using all = await keys();
    const claim = failure(all.claim());
    await all.third.ping();
    await all.holder.close();
    expect(await claim).toMatchObject({ code: "REFERENCE_LOST" });
    expect(await failure(all.claim())).toMatchObject({ code: "REFERENCE_LOST" });
  });

  it("is bounded for each holder; what is too much is refused at once", async () => {
    await using all = await keys({ maxPending: 2 });
    const early = failure(all.claim(3));
    for (const number of [1, 2, 3]) all.announce(number);
    expect(await early).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(all.pending()).toBe(2);
    expect(await failure(all.claim(3))).toMatchObject({ code: "REFERENCE_LOST" });
    expect(await all.claim(1)).toStrictEqual([1, 0]);
    all.announce(4);
    expect(await all.claim(4)).toStrictEqual([1, 0]);
  });

  it("may not be numbered backwards, nor be what the holder does not have", async () => {
    await using all = await keys();
    all.announce(2);
    for (const number of [2, 1, 0, -1, 1.5, "3", Number.NaN, null]) all.announce(number);
    for (const reference of [2, -1, "1", null, Number.NaN]) all.announce(9, KEY, reference);
    all.announce(9, 5);
    await all.holder.ping();
    await turns();
    expect(all.pending()).toBe(1);
    expect(all.holdings.count).toBe(2);
    expect(await all.claim(2)).toStrictEqual([1, 0]);
  });

  it("is let go of when the server stops", async () => {
    await using all = await keys();
    all.announce();
    await until(() => all.pending() === 1);
    await all.stage.server.close();
    await all[Symbol.asyncDispose]();
    expect(all.holdings.count).toBe(0);
  });

  it("is refused where hand-overs are off", async () => {
    const transport = memory();
    await using all = await stage(new Owner(), { transport, serve: { handOver: false } });
    const session = await all.open();
    const claim = session.call([Operation.CLAIM, ROOT], [session.peer.sessionId, 1, KEY]);
    expect(await failure(claim)).toMatchObject({ code: "NOT_FOUND" });
    await session.close();
  });
});

it("throws for hand-overs that make no sense, naming what is wrong", () => {
  for (const options of [{ lifetimeMs: 0 }, { maxPending: -1 }, { lifetimeMs: Number.NaN }]) {
    const [name = ""] = Object.keys(options);
    expect(() => createHandOver(options)).toThrow(name);
  }
});
