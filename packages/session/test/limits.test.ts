import { type MemoryTransport, memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { callContext, openSession, type SessionOptions, serveSessions } from "../src/index.ts";
import { converse, deferred, failure, handlerOf, turns, until } from "./fixture.ts";
import { HELLO, RawPeer } from "./raw-peer.ts";
import { tap } from "./tap.ts";

/** The numbers of unacknowledged bytes that an end had, as seen on its channel. */
class Window {
  readonly #sizes = new Map<number, number>();
  peak = 0;

  sent(message: readonly unknown[], bytes: number): void {
    const [seq] = message;
    if (typeof seq !== "number" || seq === 0) return;
    this.#sizes.set(seq, bytes);
    const total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    this.peak = Math.max(this.peak, total);
  }

  received(message: readonly unknown[]): void {
    const ack = message[0] === 0 ? (message[1] === 1 ? message[2] : 0) : message[1];
    for (const seq of this.#sizes.keys()) if (seq <= Number(ack)) this.#sizes.delete(seq);
  }
}

describe("windowBytes", () => {
  it("bounds what an end has under way: more waits until the far end acknowledges", async () => {
    const windowBytes = 20_000;
    const window = new Window();
    const network = memory();
    const transport = tap(network, {
      sent: (message, bytes) => window.sent(message, bytes),
      received: (message) => window.received(message),
    });
    await using conversation = await converse({ transport, serve: { limits: { windowBytes } } });
    const calls = Array.from({ length: 300 }, (_, index) =>
      conversation.client.call("echo", [index, "x".repeat(1_000)]),
    );
    expect(await Promise.all(calls)).toStrictEqual(calls.map((_, index) => index));
    expect(window.peak).toBeGreaterThan(1_000);
    expect(window.peak).toBeLessThanOrEqual(windowBytes);
  });

  it("lets a message pass that is larger than itself, alone", async () => {
    await using conversation = await converse({ serve: { limits: { windowBytes: 1_000 } } });
    const calls = [1, 2, 3].map(() => conversation.client.call("echo", [new Uint8Array(50_000)]));
    expect(await Promise.all(calls)).toHaveLength(3);
  });

  it("is acknowledged after half of it, though nothing goes back", async () => {
    const acks: unknown[] = [];
    const network = memory();
    const transport = tap(network, { received: ([, kind, ack]) => kind === 1 && acks.push(ack) });
    await using conversation = await converse({ transport, serve: { limits: { windowBytes: 40_000 } } });
    conversation.client.notify("echo", ["x".repeat(21_000)]);
    // Far sooner than the time after which everything is acknowledged.
    await turns();
    expect(acks).toStrictEqual([1]);
  });
});

describe("maxQueuedBytes", () => {
  it("bounds what waits: calls beyond it reject QUEUE_FULL, not sent, and the others arrive", async () => {
    const received: unknown[] = [];
    const functions = { keep: (index: number) => received.push(index) };
    await using conversation = await converse({
      functions,
      open: { limits: { maxQueuedBytes: 100_000 } },
      serve: { limits: { windowBytes: 10_000 } },
    });
    const calls = Array.from({ length: 40 }, (_, index) =>
      conversation.client.call("keep", [index, "x".repeat(5_000)]),
    );
    const results = await Promise.allSettled(calls);
    const rejected = results.filter((result) => result.status === "rejected");
    expect(rejected.length).toBeGreaterThan(10);
    for (const { reason } of rejected) expect(reason).toMatchObject({ code: "QUEUE_FULL", outcome: "notSent" });
    expect(rejected[0]?.reason.message).toContain("maxQueuedBytes");
    const fulfilled = results.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
    expect(received).toStrictEqual(fulfilled);
    expect(await conversation.client.call("keep", [99])).toBe(fulfilled.length + 1);
  });

  it("makes a notification throw", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, open: { limits: { maxQueuedBytes: 1_000 } } });
    conversation.client.notify("echo", ["x".repeat(900)]);
    expect(() => conversation.client.notify("echo", ["x".repeat(900)])).toThrow(
      expect.objectContaining({ code: "QUEUE_FULL", outcome: "notSent" }),
    );
  });

  it("lets a single value pass that is larger than itself", async () => {
    await using conversation = await converse({ open: { limits: { maxQueuedBytes: 1_000 } } });
    expect(await conversation.client.call("echo", ["x".repeat(5_000)])).toHaveLength(5_000);
  });
});

describe("maxCalls", () => {
  it("bounds what one session has running: calls beyond it reject, and there is room again after an answer", async () => {
    const gate = deferred();
    const functions = { wait: () => gate.promise };
    await using conversation = await converse({ functions, serve: { limits: { maxCalls: 3 } } });
    const calls = [1, 2, 3, 4].map(() => conversation.client.call("wait", []));
    const error = await failure(calls[3] ?? Promise.resolve());
    expect(error).toMatchObject({ name: "SessionError", code: "LIMIT_EXCEEDED" });
    expect(error.message).toContain("maxCalls");
    gate.resolve();
    await Promise.all(calls.slice(0, 3));
    await conversation.client.call("wait", []);
  });
});

describe("maxMessageBytes and maxDepth and maxItems", () => {
  it.each([
    { limits: { maxMessageBytes: 10_000 }, value: "x".repeat(20_000), says: "maxMessageBytes, 10000" },
    { limits: { maxDepth: 3 }, value: [[[[[[[[[[[[1]]]]]]]]]]]], says: "maxDepth, 3" },
    { limits: { maxItems: 100 }, value: new Array(200).fill(0), says: "maxItems, 100" },
  ])("end a session whose far end sends more than it was told: $says", async ({ limits, value, says }) => {
    const transport = memory();
    const heard: Error[] = [];
    const serve = { limits, onError: (error: Error) => void heard.push(error) };
    await using conversation = await converse({ transport, serve });
    await using peer = await RawPeer.open(transport, conversation.server.address);
    await peer.send([1, 0, 1, 1, "echo", [value]]);
    expect(await peer.goodbye()).toBe("LIMIT_EXCEEDED");
    await until(() => heard.length > 0);
    expect(heard[0]?.message).toContain(says);
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });
});

describe("handshakeTimeoutMs", () => {
  it("ends an attempt when nothing answers", async () => {
    const transport = memory();
    await using listener = await transport.listen("deaf");
    const error = await failure(openSession(transport, "deaf", { handshakeTimeoutMs: 30 }));
    expect(error).toMatchObject({ code: "LOST", outcome: "notSent" });
    expect(error.message).toContain("30 ms (handshakeTimeoutMs)");
    for await (const channel of listener) {
      expect(await channel.closed).toBeUndefined();
      break;
    }
  });

  it("ends a connection that says nothing", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, serve: { handshakeTimeoutMs: 30 } });
    await using peer = await RawPeer.connect(transport, conversation.server.address);
    expect(await peer.receive()).toBeUndefined();
  });

  it("may be infinite", async () => {
    await using conversation = await converse({ open: { handshakeTimeoutMs: Number.POSITIVE_INFINITY } });
    expect(conversation.client.open).toBe(true);
  });

  it("is not waited for when the signal aborts", async () => {
    const transport = memory();
    await using _ = await transport.listen("deaf");
    const reason = new Error("enough");
    const controller = new AbortController();
    const opening = failure(openSession(transport, "deaf", { signal: controller.signal }));
    controller.abort(reason);
    expect(await opening).toBe(reason);
  });
});

describe("maxSessions", () => {
  it("turns further sessions away in words that they understand, whichever their codec", async () => {
    await using conversation = await converse({ serve: { maxSessions: 1 } });
    for (const codec of ["cbor", "json"] as const) {
      const error = await failure(openSession(conversation.transport, conversation.server.address, { codec }));
      expect(error).toMatchObject({ name: "SessionError", code: "LIMIT_EXCEEDED" });
      expect(error.message).toContain("maxSessions");
    }
  });

  it("turns further sessions away", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, serve: { maxSessions: 1 } });
    const { address } = conversation.server;
    const error = await failure(openSession(transport, address));
    expect(error).toMatchObject({ name: "SessionError", code: "LIMIT_EXCEEDED" });
    expect(error.message).toContain("maxSessions");
    await conversation.client.close();
    await conversation.served.closed;
    await using second = await openSession(transport, address);
    expect(await second.call("echo", [2])).toBe(2);
  });
});

describe("an option that makes no sense", () => {
  const senseless: readonly { options: SessionOptions; names: string }[] = [
    ...(["maxMessageBytes", "maxDepth", "maxItems", "maxCalls", "maxQueuedBytes", "windowBytes"] as const).flatMap(
      (name) =>
        [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((value) => ({
          options: { limits: { [name]: value } },
          names: `limits.${name}`,
        })),
    ),
    { options: { callTimeoutMs: 0 }, names: "callTimeoutMs" },
    { options: { callTimeoutMs: Number.NaN }, names: "callTimeoutMs" },
    { options: { handshakeTimeoutMs: -1 }, names: "handshakeTimeoutMs" },
    { options: { heartbeat: { intervalMs: 0 } }, names: "heartbeat" },
    { options: { heartbeat: { intervalMs: 20_000 } }, names: "heartbeat" },
    { options: { heartbeat: { windowMs: Number.NaN } }, names: "heartbeat" },
  ];

  it("is a TypeError that names it, at both ends, and nothing stays open", async () => {
    const transport: MemoryTransport = memory();
    await using conversation = await converse({ transport });
    for (const { options, names } of senseless) {
      const opening = failure(openSession(transport, conversation.server.address, options));
      const serving = failure(serveSessions(transport, "elsewhere", () => handlerOf({}), options));
      for (const error of [await opening, await serving]) {
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain(names);
      }
    }
    expect(conversation.server.sessions.size).toBe(1);
    await using again = await serveSessions(transport, "elsewhere", () => handlerOf({}));
    expect(again.address).toBe("elsewhere");
  });

  it("does not arrive from the far end either", async () => {
    const transport = memory();
    await using conversation = await converse({ transport });
    for (const hello of [
      { ...HELLO, limits: { ...HELLO.limits, windowBytes: 0 } },
      { ...HELLO, limits: { ...HELLO.limits, maxItems: "many" } },
      { ...HELLO, limits: undefined },
      { ...HELLO, callTimeoutMs: -1 },
      { ...HELLO, heartbeat: [0, 0] },
      { ...HELLO, heartbeat: "often" },
    ]) {
      await using peer = await RawPeer.connect(transport, conversation.server.address);
      await peer.send([0, 2, hello]);
      expect(await peer.goodbye()).toBe("MALFORMED");
    }
  });
});

describe("metadata", () => {
  it("that is not a record of strings is refused", async () => {
    const transport = memory();
    await using conversation = await converse({ transport, functions: { look: () => callContext().metadata } });
    for (const metadata of [1, "a", [], new Map(), { a: 1 }, { a: null }]) {
      await using peer = await RawPeer.open(transport, conversation.server.address);
      await peer.send([1, 0, 2, 1, "look", [], { t: 0, m: metadata }]);
      expect(await peer.goodbye()).toBe("MALFORMED");
    }
  });

  it("counts as what it takes, so that too much of it never leaves", async () => {
    await using conversation = await converse({ serve: { limits: { maxMessageBytes: 10_000, maxItems: 1_000 } } });
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [index, ""]));
    for (const metadata of [{ long: "x".repeat(20_000) }, many]) {
      const error = await failure(conversation.client.call("echo", [1], { metadata }));
      expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
    }
    expect(await conversation.client.call("echo", [1], { metadata: { long: "x".repeat(1_000) } })).toBe(1);
  });

  it("with a value that is no text is a TypeError that names it", async () => {
    await using conversation = await converse();
    const metadata = { user: "ada", age: 36 } as unknown as Record<string, string>;
    const error = await failure(conversation.client.call("echo", [1], { metadata }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("metadata.age");
    expect(await conversation.client.call("echo", [1])).toBe(1);
  });
});
