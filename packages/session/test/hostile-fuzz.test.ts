import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import type { CodecName, ServeOptions } from "../src/index.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { Control } from "../src/message.ts";
import { NO_FUNCTION, turns } from "./fixture.ts";
import { type Fortress, fortress, greedy } from "./hostile.ts";
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from "./hostile-runs.ts";
import { encode, HELLO, RawPeer, streamTag } from "./raw-peer.ts";
import { anyValue } from "./values.ts";

/** A server that is not harmed says goodbye with one of these, or goes on. */
const CODES = ["MALFORMED", "LIMIT_EXCEEDED", "UNSUPPORTED_VERSION", "UNAUTHORIZED", "CLOSED"];
const KEY = "a key of sixteen bytes and more";

const codec = createCborCodec();
const json = createJsonCodec();
const wireError = ["E", "m", undefined, undefined, {}, undefined];
const valid: readonly (readonly unknown[])[] = [
  [1, 0, 1, 1, "echo", [{ a: [1, "two", null] }]],
  [1, 0, 2, 1, "echo", [new Map([[1, new Set([2])]])], { t: 5_000, m: { traceparent: "00-1" } }],
  [1, 0, 5, "echo", [new Date(5), 2n ** 70n, new Float64Array(3)]],
  [1, 0, 6, 1, wireError, 7, 1, 0, wireError],
  [0, Control.PING, 5],
  [0, Control.ACK, 0],
  [1, 0, 1, 1, "drain", [streamTag(1)], 8, 1, 9, 1, 9, 1],
  [1, 0, 1, 1, "count", [], 11, 1, 2, 50, 12, 1],
];
const tagged = new Uint8Array(
  Buffer.from(
    "8601000101 64 6563686f 84 d99e9800 d99e99820118 40 d99e9a8200f4 d99e9b866145616df6f6a0f6".replaceAll(" ", ""),
    "hex",
  ),
);
const templates = [...valid.map((message) => encode(message)), tagged];
const jsonTemplates = valid.map((message) => json.encode(message));

interface Mutation {
  readonly at: number;
  readonly to: number;
}

const byte = fc.integer({ min: 0, max: 255 });
/** A byte that means something in JSON. */
const jsonByte = fc.constantFrom(...new TextEncoder().encode('[]{}",:$-0123456789.enull'));

function mutated(from: readonly Uint8Array[], to: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> {
  const mutations = fc.array(fc.record({ at: fc.nat(200), to }), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(fc.constantFrom(...from), mutations, fc.option(fc.nat(60)))
    .map(([template, changes, cut]) => mutate(template, changes, cut));
}

function mutate(template: Uint8Array, mutations: readonly Mutation[], cut: number | null): Uint8Array {
  const bytes = template.slice(0, cut === null ? undefined : Math.max(template.length - cut, 0));
  for (const { at, to } of mutations) if (bytes.length > 0) bytes[at % bytes.length] = to;
  return bytes;
}

/** Well-formed batches of nonsense. */
const nonsense: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(fc.constant(1), fc.nat(3)),
    fc.oneof(fc.constant(0), fc.nat(2)),
    fc.array(fc.oneof(fc.nat(9), anyValue), { maxLength: 8 }),
  )
  .map(([seq, ack, fields]) => new Uint8Array(codec.encode([seq, ack, ...fields])));

/** Numbers that a session's counts are near to, and some that they are not. */
const number: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.nat(3), weight: 6 },
  fc.constantFrom(-1, 0.5, 9, 300, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "1", null, 1n),
);
const item: fc.Arbitrary<unknown> = fc.oneof(
  number,
  fc.constantFrom("x", [], {}, wireError, streamTag(1), streamTag(2), streamTag(3, 1), [streamTag(1), streamTag(2)]),
);

/** Entries of streams in any order, some of them as they should be. */
const streamEntry: fc.Arbitrary<readonly unknown[]> = fc.oneof(
  fc.tuple(
    fc.constant(1),
    number,
    fc.constantFrom("drain", "count", "echo", "stall"),
    fc.array(item, { maxLength: 2 }),
  ),
  fc.tuple(fc.constant(3), number, item),
  fc.tuple(fc.constant(8), number, number, item),
  fc.tuple(fc.constant(9), number),
  fc.tuple(fc.constant(10), number, fc.constantFrom<unknown>(wireError, 5)),
  fc.tuple(fc.constant(11), number, number, number),
  fc.tuple(fc.constant(12), number),
);
const streams: fc.Arbitrary<Uint8Array> = fc
  .array(streamEntry, { minLength: 1, maxLength: 8 })
  .map((entries) => encode([1, 0, ...entries.flat()]));

const openings: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc
    .tuple(fc.constantFrom(...Object.keys(HELLO), "resume", "credentials"), anyValue)
    .map(([key, value]) => encode([0, Control.HELLO, { ...HELLO, [key]: value }])),
  mutated([encode([0, Control.HELLO, HELLO]), json.encode([0, Control.HELLO, HELLO])], byte),
);

/** What a stranger sends to a server that holds a key. */
const proofs: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => encode([0, Control.PROOF, { key, resume: key }])),
  fc
    .tuple(fc.constantFrom("key", "resume"), anyValue)
    .map(([name, value]) => encode([0, Control.PROOF, { [name]: value }])),
  mutated([encode([0, Control.PROOF, { key: new Uint8Array(32) }]), ...templates], byte),
);

/** Reads what a stranger is answered: until a goodbye, whose code is one of a server that is not harmed, or the answer to a ping. */
async function readAnswers(peer: RawPeer): Promise<void> {
  for (let message = await peer.receive(); message; message = await peer.receive()) {
    const [control, kind, code] = message;
    if (control === 0 && kind === Control.BYE) {
      expect(CODES).toContain(code);
      return;
    }
    if (control === 0 && kind === Control.PONG) return;
  }
}

/** Lets a stranger send something, and waits until it was taken: by a goodbye, by an answer to a ping, or by the channel's end. */
async function strike(server: Fortress, peer: RawPeer, frames: readonly Uint8Array[]): Promise<void> {
  await peer.sendBytes(...frames).catch(() => undefined);
  await peer.send([0, Control.PING, 77]).catch(() => undefined);
  await readAnswers(peer);
  expect(server.client.open).toBe(true);
}

interface Assault {
  readonly frames: fc.Arbitrary<Uint8Array>;
  readonly runs: number;
  readonly serve?: ServeOptions;
  /** Connects a stranger. */
  come(server: Fortress): Promise<RawPeer>;
}

async function withstand({ frames, runs, serve, come }: Assault): Promise<void> {
  const open = serve?.key === undefined ? {} : { key: serve.key };
  await using server = await fortress({ functions: greedy, open, serve: { handshakeTimeoutMs: 2_000, ...serve } });
  let count = 0;
  const property = fc.asyncProperty(frames, fc.uint8Array({ maxLength: 9 }), async (frame, loose) => {
    await using peer = await come(server);
    await strike(server, peer, [frame, loose]);
    count += 1;
    if (count % 500 === 0) await server.holds();
  });
  await fc.assert(property, { numRuns: runs });
  await server.empties();
  await server.holds();
  await turns();
  // Nonsense may well be a notification, whose error is heard, too.
  const heard = server.heard.filter(({ message }) => message !== NO_FUNCTION);
  for (const error of heard) expect([...CODES, "TypeError"]).toContain("code" in error ? error.code : error.name);
}

const inCodec = (codec: CodecName) => (server: Fortress) => server.stranger(codec);

/** Sends a HELLO that asks for a proof, which comes next. */
async function hello(server: Fortress): Promise<RawPeer> {
  const peer = await RawPeer.connect(server.transport, server.server.address);
  await peer.send([0, Control.HELLO, { ...HELLO, sealed: true }]);
  return peer;
}

describe("a server under fire", { timeout: HOSTILE_TIMEOUT_MS }, () => {
  it("survives random bytes", async () => {
    const frames = fc.uint8Array({ maxLength: 100 });
    await withstand({ frames, runs: HOSTILE_RUNS["bytes to a server"], come: inCodec("cbor") });
  });

  it("survives valid messages that were changed and cut", async () => {
    const frames = mutated(templates, byte);
    await withstand({ frames, runs: HOSTILE_RUNS["changed messages to a server"], come: inCodec("cbor") });
  });

  it("survives valid messages in JSON that were changed and cut", async () => {
    const frames = mutated(jsonTemplates, fc.oneof(jsonByte, byte));
    await withstand({ frames, runs: HOSTILE_RUNS["changed JSON to a server"], come: inCodec("json") });
  });

  it("survives well-formed nonsense", async () => {
    await withstand({ frames: nonsense, runs: HOSTILE_RUNS["nonsense to a server"], come: inCodec("cbor") });
  });

  it("survives streams that keep to no rule", async () => {
    await withstand({ frames: streams, runs: HOSTILE_RUNS["streams to a server"], come: inCodec("cbor") });
  });

  it("survives openings of every kind", async () => {
    const come = (server: Fortress): Promise<RawPeer> => server.stranger("silent");
    await withstand({ frames: openings, runs: HOSTILE_RUNS["openings of a server"], come });
  });

  it("survives proofs of nothing", async () => {
    const serve = { key: KEY };
    await withstand({ frames: proofs, runs: HOSTILE_RUNS["proofs to a server"], serve, come: hello });
  });
});

describe("the fuzzing suites", () => {
  it("make up 100,000 hostile inputs and more", () => {
    const runs = Object.values(HOSTILE_RUNS).reduce((sum, each) => sum + each, 0);
    expect(runs).toBeGreaterThanOrEqual(100_000);
  });
});
