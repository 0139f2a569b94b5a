import { describe, expect, it } from "vitest";
import { until } from "./fixture.ts";
import { type Fortress, fortress } from "./hostile.ts";
import { encode, HELLO, type RawPeer } from "./raw-peer.ts";

const never = (): Promise<never> => new Promise(() => undefined);

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

const call = (id: unknown, ...rest: unknown[]): unknown[] => [1, 0, 1, id, "echo", ...rest];

/** What a stranger sends after the opening messages, and the code of the goodbye that it gets. */
const broken: readonly { what: string; send: readonly (readonly unknown[] | Uint8Array)[]; code: string }[] = [
  { what: "no array", send: [hex("a0")], code: "MALFORMED" },
  { what: "a number", send: [hex("01")], code: "MALFORMED" },
  { what: "an empty frame", send: [new Uint8Array()], code: "MALFORMED" },
  { what: "an empty array", send: [[]], code: "MALFORMED" },
  { what: "text instead of numbers", send: [["1", "0"]], code: "MALFORMED" },
  { what: "a negative number", send: [[-1, 0]], code: "MALFORMED" },
  { what: "half a number", send: [[1.5, 0]], code: "MALFORMED" },
  { what: "40 kB of array headers", send: [new Uint8Array(40_000).fill(0x81)], code: "LIMIT_EXCEEDED" },
  { what: "40 kB of tags", send: [hex(`8201${"d99e9b".repeat(13_000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "a huge array", send: [hex("9bffffffffffffffff")], code: "MALFORMED" },
  { what: "a huge string", send: [hex("83 01 00 7b7fffffffffffffff")], code: "MALFORMED" },
  { what: "a huge bigint", send: [hex(`83 01 00 c2 5a 000f0000 ${"ff".repeat(0xf0000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "an unknown kind", send: [[1, 0, 99, 1]], code: "MALFORMED" },
  { what: "a kind that is no number", send: [[1, 0, "CALL", 1, "echo", []]], code: "MALFORMED" },
  { what: "an entry that is cut short", send: [[1, 0, 1, 1, "echo"]], code: "MALFORMED" },
  { what: "an unknown control message", send: [[0, 99, 1]], code: "MALFORMED" },
  { what: "a ping without a number", send: [[0, 4, { valueOf: 1, toString: 1 }]], code: "MALFORMED" },
  { what: "a tag nobody knows", send: [hex("86 01 00 01 01 60 81 d9 9e9c 00")], code: "MALFORMED" },
  { what: "a foreign tag", send: [hex("86 01 00 01 01 60 81 d8 1b 00")], code: "MALFORMED" },
  { what: "an answer to a call never made", send: [[1, 0, 3, 7, "result"]], code: "MALFORMED" },
  { what: "an error for a call never made", send: [[1, 0, 4, 7, ["E", "m", null, null, {}, null]]], code: "MALFORMED" },
  { what: "an error that is none", send: [[1, 0, 6, 1, "not an error"]], code: "MALFORMED" },
  { what: "a call id that is no number", send: [call("one", [])], code: "MALFORMED" },
  { what: "arguments that are no array", send: [call(1, { 0: "a" })], code: "MALFORMED" },
  { what: "options that are no record", send: [[1, 0, 2, 1, "echo", [], null]], code: "MALFORMED" },
  { what: "a negative timeout", send: [[1, 0, 2, 1, "echo", [], { t: -1 }]], code: "MALFORMED" },
  { what: "a frame that is not there", send: [hex("86 01 00 01 01 60 81 d9 9e99 82 05 1840")], code: "MALFORMED" },
  { what: "frame 0 as a value", send: [hex("86 01 00 01 01 60 81 d9 9e99 82 00 1840")], code: "MALFORMED" },
  { what: "a signal in a notification", send: [hex("85 01 00 05 60 81 d9 9e9a 82 00 f4")], code: "MALFORMED" },
  { what: "a signal without a number", send: [hex("86 01 00 01 01 60 81 d9 9e9a 82 f6 f4")], code: "MALFORMED" },
  { what: "an error value that is none", send: [hex("86 01 00 01 01 60 81 d9 9e9b 80")], code: "MALFORMED" },
  { what: "an acknowledgement of what was never sent", send: [[1, 9]], code: "MALFORMED" },
  {
    what: "a reference, to an end that knows none",
    send: [hex("85 01 00 05 60 81 d9 9e9d 82 01 01")],
    code: "MALFORMED",
  },
  { what: "a reference come home there", send: [hex("85 01 00 05 60 81 d9 9e9e 81 03")], code: "MALFORMED" },
  { what: "the release of what is no number", send: [[1, 0, 13, "1", 1]], code: "MALFORMED" },
  { what: "a release with a negative count", send: [[1, 0, 13, 1, -1]], code: "MALFORMED" },
  { what: "HELLO twice", send: [[0, 2, HELLO]], code: "MALFORMED" },
  { what: "WELCOME", send: [[0, 3, { ...HELLO, session: "s" }]], code: "MALFORMED" },
];

/** What a stranger says first, and the code of the goodbye that it gets. */
const rude: readonly { what: string; send: readonly unknown[] | Uint8Array; code: string }[] = [
  { what: "DATA before HELLO", send: call(1, []), code: "MALFORMED" },
  { what: "a PING before HELLO", send: [0, 4, 1], code: "MALFORMED" },
  { what: "WELCOME", send: [0, 3, HELLO], code: "MALFORMED" },
  { what: "version 99", send: [0, 2, { ...HELLO, version: 99 }], code: "UNSUPPORTED_VERSION" },
  { what: "no version", send: [0, 2, {}], code: "UNSUPPORTED_VERSION" },
  { what: "a version that is a list", send: [0, 2, { ...HELLO, version: [1] }], code: "UNSUPPORTED_VERSION" },
  { what: "no fields", send: [0, 2], code: "MALFORMED" },
  { what: "a list of fields", send: [0, 2, []], code: "MALFORMED" },
  { what: "17 kB", send: [0, 2, { ...HELLO, more: "x".repeat(17_000) }], code: "MALFORMED" },
  { what: "deep nonsense", send: new Uint8Array(10_000).fill(0x81), code: "LIMIT_EXCEEDED" },
  { what: "text", send: new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), code: "MALFORMED" },
];

async function sendAll(peer: RawPeer, messages: readonly (readonly unknown[] | Uint8Array)[]): Promise<void> {
  for (const message of messages) await peer.sendBytes(message instanceof Uint8Array ? message : encode(message));
}

describe("a stranger who breaks the protocol", () => {
  it.each(broken)("with $what is told $code, loses its session, and nobody else notices", async ({ send, code }) => {
    await using server = await fortress();
    await using peer = await server.stranger();
    await sendAll(peer, send);
    expect(await peer.goodbye()).toBe(code);
    await server.empties();
    await until(() => server.heard.length > 0);
    expect(server.heard).toMatchObject([{ name: "SessionError", code }]);
    await server.holds();
  });

  it.each(rude)("by saying $what first is told $code", async ({ send, code }) => {
    await using server = await fortress();
    await using peer = await server.stranger("silent");
    await sendAll(peer, [send]);
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
    await using server = await fortress({ functions: { never } });
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

  it("gets what it deserves, over and over, while the good client calls", async () => {
    await using server = await fortress();
    await Promise.all([attack(server, 20), ...Array.from({ length: 200 }, () => server.client.call("echo", [1]))]);
    await server.empties();
    await server.holds();
  });
});

async function attack(server: Fortress, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { send, code } of broken) {
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
