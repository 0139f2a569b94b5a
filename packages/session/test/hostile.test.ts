import { describe, expect, it } from "vitest";
import { until } from "./fixture.ts";
import { type Fortress, fortress, greedy as functions } from "./hostile.ts";
import { hex, offences, rudeness, type Said } from "./hostile-messages.ts";
import { type RawPeer, streamTag } from "./raw-peer.ts";

async function sendAll(peer: RawPeer, messages: readonly Said[]): Promise<void> {
  // The server may have said goodbye already.
  for (const message of messages) {
    await (message instanceof Uint8Array ? peer.sendBytes(message) : peer.send(message)).catch(() => undefined);
  }
}

describe.each(["cbor", "json"] as const)("a stranger who breaks the protocol in %s", (codec) => {
  const inCodec = offences.filter(({ send }) => codec === "cbor" || send.every((said) => Array.isArray(said)));

  it.each(inCodec)("with $what is told $code, loses its session, and nobody else notices", async ({ send, code }) => {
    await using server = await fortress({ functions });
    await using peer = await server.stranger(codec);
    await sendAll(peer, send);
    expect(await peer.goodbye()).toBe(code);
    await server.empties();
    await until(() => server.heard.length > 0);
    expect(server.heard).toMatchObject([{ name: "SessionError", code }]);
    await server.holds();
  });
});

describe("a stranger who breaks the protocol", () => {
  it.each(rudeness)("by saying $what first is told $code", async ({ send, code }) => {
    await using server = await fortress();
    await using peer = await server.stranger("silent");
    await sendAll(peer, send);
    expect(await peer.goodbye()).toBe(code);
    await until(() => server.heard.length > 0);
    expect(server.heard).toMatchObject([{ code }]);
    await server.holds();
  });

  it("by going away without a word is nothing special", async () => {
    await using server = await fortress();
    for (const kind of ["silent", undefined] as const) await (await server.stranger(kind)).channel.close();
    await server.empties();
    await server.holds();
  });

  it("with a call number that is in use is told MALFORMED", async () => {
    await using server = await fortress({ functions });
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 5, "never", [], 1, 5, "never", []]);
    expect(await peer.goodbye()).toBe("MALFORMED");
    await server.holds();
  });

  it("is not served after that, though its goodbye needs a while to leave", async () => {
    const received: unknown[] = [];
    await using server = await fortress({ functions: { keep: (value: unknown) => received.push(value) } });
    await using peer = await server.stranger();
    await Promise.all([peer.send([1, 0, 5, "keep", [1]]), peer.send([0, 99]), peer.send([2, 0, 5, "keep", [2]])]);
    expect(await peer.goodbye()).toBe("MALFORMED");
    expect(received).toStrictEqual([1]);
  });

  it("by opening more streams than it may is told LIMIT_EXCEEDED", async () => {
    await using server = await fortress({ functions, serve: { limits: { maxStreams: 3 } } });
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 1, "hold", [streamTag(1), streamTag(2)], 5, "hold", [streamTag(3)]]);
    await peer.send([2, 0, 5, "hold", [streamTag(4)]]);
    expect(await peer.goodbye()).toBe("LIMIT_EXCEEDED");
    await server.holds();
  });

  it.each([
    { limits: { streamItems: 10 }, bytes: 10, item: "x", accepted: 10 },
    { limits: { streamBytes: 100_000 }, bytes: 10_000, item: "x".repeat(9_000), accepted: 10 },
  ])("by sending a stream without end to who does not read on is told MALFORMED: $limits", async (each) => {
    await using server = await fortress({ functions, serve: { limits: each.limits } });
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 1, "stall", [streamTag(1)]]);
    const [, stranger] = await server.sessionsOf(2);
    for (let seq = 2; seq < 1_000; seq += 1) {
      await peer.send([seq, 0, 8, 1, each.bytes, each.item]).catch(() => undefined);
    }
    expect(await peer.goodbye()).toBe("MALFORMED");
    // The call, the items, and the one that was too many.
    expect(stranger?.stats().received.batches).toBe(1 + each.accepted + 1);
    await server.holds();
  });

  it("by going on with a stream that was stopped is not kept waiting for, nor is anything kept", async () => {
    const stop = async (stream: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of stream) break;
    };
    await using server = await fortress({ functions: { stop } });
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 1, "stop", [streamTag(1)]]);
    for (let seq = 2; seq < 1_000; seq += 1) await peer.send([seq, 0, 8, 1, 9, "x"]);
    await peer.send([1_000, 0, 1, 2, "echo", ["still here"]]);
    const [, stranger] = await server.sessionsOf(2);
    await until(() => stranger?.stats().received.batches === 1_000);
    expect(stranger?.stats().openStreams).toBe(0);
    await server.holds();
  });

  it("gets what it deserves, over and over, while the good client calls", async () => {
    await using server = await fortress({ functions });
    await Promise.all([attack(server, 20), ...Array.from({ length: 200 }, () => server.client.call("echo", [1]))]);
    await server.empties();
    await server.holds();
  });
});

async function attack(server: Fortress, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { send, code } of offences) {
      await using peer = await server.stranger();
      await sendAll(peer, send);
      expect(await peer.goodbye()).toBe(code);
    }
  }
}

describe("a stranger who keeps to the protocol, barely", () => {
  it("may cancel and abort what is not running, and answer late pings", async () => {
    await using server = await fortress();
    await using peer = await server.stranger();
    const reason = ["Error", "no", undefined, undefined, {}, undefined];
    await peer.send([1, 0, 6, 1, reason, 7, 1, 0, reason, 6, "x", reason]);
    await peer.send([0, 5, 12]);
    await peer.send([2, 0, 1, 1, "echo", ["still here"]]);
    expect(await peer.receive()).toStrictEqual([1, 2, 3, 1, "still here"]);
  });

  it("may reuse the number of a call that was answered", async () => {
    await using server = await fortress();
    await using peer = await server.stranger();
    await peer.send([1, 0, 1, 1, "echo", ["a"], 1, 1, "echo", ["b"]]);
    expect(await peer.receive()).toStrictEqual([1, 1, 3, 1, "a", 3, 1, "b"]);
  });

  it("cannot pollute prototypes", async () => {
    const seen: unknown[] = [];
    await using server = await fortress({ functions: { keep: (value: unknown) => void seen.push(value) } });
    await using peer = await server.stranger();
    // {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}} as an argument and as an error's data.
    const evil =
      "a2 695f5f70726f746f5f5f a1 68706f6c6c75746564 01 6b636f6e7374727563746f72 a1 6970726f746f74797065 a1 68706f6c6c75746564 01";
    await peer.sendBytes(hex(`85 01 00 05 646b656570 82 ${evil} d9 9e9b 86 6145 616d f6 f6 ${evil} f6`));
    await until(() => seen.length > 0);
    expect(Object.getPrototypeOf(seen[0])).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect("polluted" in {}).toBe(false);
    await server.holds();
  });

  it("cannot make a client out of a server: a hostile server is left", async () => {
    await using server = await fortress({ open: { heartbeat: false } });
    await expect(server.served.call("anything", [])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await server.holds();
  });
});
