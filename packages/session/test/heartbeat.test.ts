import { type MemoryTransport, memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { Control } from "../src/message.ts";
import { block } from "./busy-loop.ts";
import { type Conversation, type ConverseOptions, converse, failure, turns, until } from "./fixture.ts";
import { HELLO, RawPeer } from "./raw-peer.ts";
import { tap } from "./tap.ts";

const FAST = { intervalMs: 40, windowMs: 120 };
const never = (): Promise<never> => new Promise(() => undefined);

/** Opens a session that notices a loss soon, and does not come back. */
async function converseFast(transport: MemoryTransport, more: ConverseOptions = {}): Promise<Conversation> {
  const functions = { never, ...more.functions };
  const serve = { heartbeat: FAST, parking: { forMs: 0 } };
  return await converse({ transport, functions, open: { heartbeat: FAST, reconnect: false }, serve });
}

describe("a channel that swallows everything", () => {
  it("is noticed within the window: calls reject LOST, and both sessions end", async () => {
    const transport = memory();
    await using conversation = await converseFast(transport);
    const pending = failure(conversation.client.call("never", []));
    await conversation.client.call("echo", []);
    const start = performance.now();
    transport.faults.halfOpen();
    const error = await pending;
    const tookMs = performance.now() - start;
    expect(error).toMatchObject({ name: "SessionError", code: "LOST", outcome: "unknown" });
    expect(error.message).toMatch(/no sign of life for \d+ ms/);
    expect(tookMs).toBeGreaterThan(FAST.windowMs - FAST.intervalMs);
    expect(tookMs).toBeLessThan(5_000);
    expect(await conversation.client.closed).toMatchObject({ code: "LOST" });
    expect(await conversation.served.closed).toMatchObject({ code: "LOST" });
    expect(conversation.client.open).toBe(false);
    expect(await failure(conversation.client.call("echo", []))).toMatchObject({ code: "LOST", outcome: "notSent" });
  });

  it("is not noticed without a heartbeat", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, serve: { heartbeat: false }, open: { heartbeat: FAST } });
    transport.faults.halfOpen();
    const error = await failure(conversation.client.call("echo", [], { timeoutMs: FAST.windowMs * 2 }));
    expect(error).toMatchObject({ code: "TIMEOUT" });
    expect(conversation.client.open).toBe(true);
    transport.faults.heal();
  });
});

describe("a session", () => {
  it("that is idle stays alive for many windows", async () => {
    const network = memory();
    const pongs: unknown[] = [];
    const transport = tap(network, { sent: ([, kind]) => kind === Control.PONG && pongs.push(kind) });
    await using conversation = await converse({ transport, open: { heartbeat: FAST }, serve: { heartbeat: FAST } });
    await until(() => pongs.length >= 12);
    expect([conversation.client.open, conversation.served.open]).toStrictEqual([true, true]);
  });

  it("survives a loop that is blocked for longer than the window", async () => {
    await using conversation = await converseFast(memory());
    for (let round = 0; round < 3; round += 1) {
      block(FAST.windowMs * 2);
      await turns();
    }
    expect(await conversation.client.call("echo", ["alive"])).toBe("alive");
    expect([conversation.client.open, conversation.served.open]).toStrictEqual([true, true]);
  });

  it("takes the slower of both ends' heartbeats", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, serve: { heartbeat: { intervalMs: 30, windowMs: 500 } } });
    await using peer = await RawPeer.connect(transport, conversation.server.address);
    await peer.send([0, 2, { ...HELLO, heartbeat: [100, 200] }]);
    const welcome = await peer.receive();
    expect(welcome?.[2]).toMatchObject({ heartbeat: [100, 500] });
  });

  it("takes none when either end wants none", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    await using peer = await RawPeer.connect(transport, conversation.server.address);
    await peer.send([0, 2, { ...HELLO, heartbeat: false }]);
    expect((await peer.receive())?.[2]).toMatchObject({ heartbeat: false });
  });

  it("asks for a sign of life after the interval, and is content with any message", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, serve: { heartbeat: FAST } });
    await using peer = await RawPeer.open(transport, conversation.server.address, { ...HELLO, heartbeat: [40, 120] });
    for (let round = 0; round < 6; round += 1) {
      expect(await peer.receive()).toStrictEqual([0, 4, 0]);
      await peer.send([0, 1, 0]);
    }
    expect(await peer.receive()).toStrictEqual([0, 4, 0]);
    expect(await peer.receive()).toStrictEqual([0, 4, 0]);
    expect(await peer.goodbye()).toBeUndefined();
  });

  it("does not spin when a far end asks for a heartbeat of years", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    try {
      await using peer = await RawPeer.open(transport, conversation.server.address, {
        ...HELLO,
        heartbeat: [1e300, 1e301],
      });
      await peer.send([0, 4, 7]);
      expect(await peer.receive()).toStrictEqual([0, 5, 7]);
      await turns();
      expect(warnings).toStrictEqual([]);
    } finally {
      process.off("warning", listen);
    }
  });
});

describe("ping()", () => {
  it("measures a round trip", async () => {
    await using conversation = await converse();
    const times = await Promise.all([conversation.client.ping(), conversation.served.ping()]);
    for (const ms of times) expect(ms).toBeGreaterThanOrEqual(0);
  });

  it("rejects with the signal's reason, before and after it was sent", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    expect(await failure(conversation.client.ping({ signal: AbortSignal.abort(new Error("before")) }))).toMatchObject({
      message: "before",
    });
    transport.faults.halfOpen();
    const controller = new AbortController();
    const ping = conversation.client.ping({ signal: controller.signal });
    controller.abort(new Error("after"));
    expect(await failure(ping)).toMatchObject({ message: "after" });
    transport.faults.heal();
  });

  it("rejects when the session ends, and on one that has", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, open: { reconnect: false } });
    transport.faults.halfOpen();
    const ping = failure(conversation.client.ping());
    transport.faults.cut();
    expect(await ping).toMatchObject({ code: "LOST" });
    expect(await failure(conversation.client.ping())).toMatchObject({ code: "LOST", outcome: "notSent" });
  });
});
