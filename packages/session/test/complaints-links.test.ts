import type { Channel, Transport } from "@fourwire/transport";
import { describe, expect, it } from "vitest";
import { deferred, failure, until } from "./fixture.ts";
import { converseOver, type LinkCase, type LinkedOptions, links, stateOf } from "./resume-links.ts";

/** The same medium, with a look at the channels that clients open. */
function watched(kind: LinkCase, channels: Channel[]): LinkCase {
  return {
    name: kind.name,
    create() {
      const { transport, link } = kind.create();
      const connect: Transport["connect"] = async (address, options) => {
        const channel = await transport.connect(address, options);
        channels.push(channel);
        return channel;
      };
      const listen: Transport["listen"] = (address, options) => transport.listen(address, options);
      const close = (): Promise<void> => transport.close();
      const { name, traits } = transport;
      return { link, transport: { name, traits, connect, listen, close, [Symbol.asyncDispose]: close } };
    },
  };
}

/** Lets nobody come back: who is cut off is lost at once. */
const NO_RETURN = { open: { reconnect: false }, serve: { parking: { forMs: 0 } } } as const satisfies LinkedOptions;

describe.each(links)("over $name", (kind) => {
  it("complaint 3: a stream goes on after a cut, and its reader keeps no position", async () => {
    const total = 500;
    let begun = 0;
    const functions = {
      async *count() {
        begun += 1;
        for (let value = 0; value < total; value += 1) yield value;
      },
    };
    const open = { limits: { streamItems: 16 } };
    await using conversation = await converseOver(kind, { functions, open });
    const { client, link } = conversation;
    const read: number[] = [];
    for await (const value of (await client.call("count", [])) as AsyncIterable<number>) {
      read.push(value);
      if (value % 100 !== 50) continue;
      link.cut();
      await stateOf(client, "open");
    }
    expect(read).toStrictEqual(Array.from({ length: total }, (_, value) => value));
    expect(begun).toBe(1);
    expect(client.stats().resumes).toBeGreaterThan(0);
  });

  it("complaint 4: a far end that gives no sign of life has its channel closed at once, without its help", async () => {
    const heartbeat = { intervalMs: 40, windowMs: 120 };
    const channels: Channel[] = [];
    const options = { open: { heartbeat }, serve: { heartbeat } };
    await using conversation = await converseOver(watched(kind, channels), options);
    const { client, link } = conversation;
    const parked = parkedBecause(client.states());
    link.halfOpen();
    expect(await parked).toMatch(/no sign of life for \d+ ms/);
    const start = performance.now();
    const [silent] = channels;
    await silent?.closed;
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await failure(silent?.send([new Uint8Array(1)]) ?? Promise.resolve())).toMatchObject({ code: "CLOSED" });
    await stateOf(client, "open");
    expect(await client.call("echo", ["over another channel"])).toBe("over another channel");
    expect(channels).toHaveLength(2);
  });

  it("complaint 5: every pending call settles when the link drops while they are being sent", async () => {
    await using conversation = await converseOver(kind, NO_RETURN);
    const { client, link } = conversation;
    // In the middle of a message where the medium has bytes, otherwise between two.
    link.cutAfter?.(1_000_000);
    const calls = Array.from({ length: 100 }, (_, number) => client.call("never", [number, "x".repeat(100_000)]));
    const settled = Promise.allSettled(calls);
    if (!link.cutAfter) link.cut();
    const results = await settled;
    const outcomes = results.map((result) => {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "LOST" } });
      return result.status === "rejected" ? result.reason.outcome : undefined;
    });
    const sent = outcomes.filter((outcome) => outcome === "unknown").length;
    // What left comes before what did not: nothing overtakes.
    expect(outcomes).toStrictEqual(outcomes.map((_, index) => (index < sent ? "unknown" : "notSent")));
    expect(sent).toBeLessThan(100);
    expect(client.stats()).toMatchObject({ pendingCalls: 0, queuedBytes: 0, unacknowledgedBytes: 0 });
  });

  it("complaint 7: a failed call tells whether it may have run, and what it says was not sent never ran", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const { ran, outcomes } = await cutDuringCalls(kind, 1 + round * 2);
      for (const outcome of outcomes) seen.add(outcome);
      const numbersOf = (wanted: string) => outcomes.flatMap((outcome, number) => (outcome === wanted ? [number] : []));
      expect([...ran]).toEqual(expect.arrayContaining(numbersOf("answered")));
      expect(numbersOf("notSent").filter((number) => ran.has(number))).toStrictEqual([]);
    }
    expect([...seen].sort()).toStrictEqual(["answered", "notSent", "unknown"]);
  });

  it("complaint 16: a ping takes the way that calls take: neither is answered without it, both are with it", async () => {
    await using conversation = await converseOver(kind);
    const { client, link } = conversation;
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    const signal = AbortSignal.timeout(50);
    const probes = await Promise.allSettled([client.ping({ signal }), client.call("echo", [1], { timeoutMs: 50 })]);
    expect(probes).toMatchObject([{ reason: { name: "TimeoutError" } }, { reason: { code: "TIMEOUT" } }]);
    expect(client.state).toMatchObject({ state: "parked", reason: { code: "LOST" } });
    link.accept();
    expect(await Promise.all([client.ping(), client.call("echo", [2])])).toStrictEqual([expect.any(Number), 2]);
    expect(client.state).toMatchObject({ state: "open", reason: undefined });
  });

  it("complaint 23: each return after a cut is counted as resumed, at both ends alike", async () => {
    await using conversation = await converseOver(kind);
    const { client, served, link } = conversation;
    const cuts = 20;
    for (let cut = 1; cut <= cuts; cut += 1) {
      link.cut();
      expect(await client.call("echo", [cut])).toBe(cut);
      await until(() => client.stats().resumes === served.stats().resumes);
    }
    const { resumes, resets } = client.stats();
    expect([resumes, resets, served.stats().resets]).toStrictEqual([cuts, 0, 0]);
    // What was said twice is known, too.
    expect(client.stats().sent.batches).toBeGreaterThanOrEqual(served.stats().received.batches);
  });
});

/** Returns why a session was parked. */
async function parkedBecause(
  states: AsyncIterable<{ state: string; reason: Error | undefined }>,
): Promise<string | undefined> {
  for await (const { state, reason } of states) if (state === "parked") return reason?.message;
  return undefined;
}

/** Cuts the link for good once so many of 40 calls have run. Every other one of them is never answered. */
async function cutDuringCalls(
  kind: LinkCase,
  afterRuns: number,
): Promise<{ readonly ran: ReadonlySet<number>; readonly outcomes: readonly string[] }> {
  const ran = new Set<number>();
  const isTime = deferred();
  const run = (number: number): unknown => {
    ran.add(number);
    if (ran.size === afterRuns) isTime.resolve();
    return number % 2 === 0 ? number : deferred().promise;
  };
  const serve = { ...NO_RETURN.serve, limits: { windowBytes: 10_000 } };
  await using conversation = await converseOver(kind, { functions: { run }, ...NO_RETURN, serve });
  const { client, served, link } = conversation;
  const calls = Array.from({ length: 40 }, (_, number) => client.call("run", [number, "x".repeat(1_000)]));
  const settled = Promise.allSettled(calls);
  await isTime.promise;
  link.cut();
  const results = await settled;
  await served.closed;
  return { ran, outcomes: results.map((each) => (each.status === "fulfilled" ? "answered" : each.reason.outcome)) };
}
