import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { Control } from "../src/message.ts";
import { NO_FUNCTION, turns } from "./fixture.ts";
import { type Fortress, fortress } from "./hostile.ts";
import { encode, HELLO, type RawPeer } from "./raw-peer.ts";
import { sized } from "./size.ts";
import { anyValue } from "./values.ts";

/** The runs of all properties of this file together are 20,000, or 200,000 in full. */
const RUNS = sized(5_000, 50_000);
/** A server that is not harmed says goodbye with one of these, or goes on. */
const CODES = ["MALFORMED", "LIMIT_EXCEEDED", "GAP", "UNSUPPORTED_VERSION", "CLOSED"];

const codec = createCborCodec();
const wireError = ["E", "m", undefined, undefined, {}, undefined];
const valid: readonly Uint8Array[] = [
  [1, 0, 1, 1, "echo", [{ a: [1, "two", null] }]],
  [1, 0, 2, 1, "echo", [new Map([[1, new Set([2])]])], { t: 5_000, m: { traceparent: "00-1" } }],
  [1, 0, 5, "echo", [new Date(5), 2n ** 70n, new Float64Array(3)]],
  [1, 0, 6, 1, wireError, 7, 1, 0, wireError],
  [0, Control.PING, 5],
  [0, Control.ACK, 0],
].map((message) => encode(message));
const tagged = new Uint8Array(
  Buffer.from(
    "8601000101 64 6563686f 84 d99e9800 d99e99820118 40 d99e9a8200f4 d99e9b866145616df6f6a0f6".replaceAll(" ", ""),
    "hex",
  ),
);
const templates = [...valid, tagged];

interface Mutation {
  readonly at: number;
  readonly to: number;
}

const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...templates),
    fc.array(fc.record({ at: fc.nat(200), to: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 4 }),
    fc.option(fc.nat(60)),
  )
  .map(([template, mutations, cut]) => mutate(template, mutations, cut));

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

const openings: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc
    .tuple(fc.constantFrom(...Object.keys(HELLO)), anyValue)
    .map(([key, value]) => encode([0, Control.HELLO, { ...HELLO, [key]: value }])),
  fc
    .array(fc.record({ at: fc.nat(200), to: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 3 })
    .map((mutations) => mutate(encode([0, Control.HELLO, HELLO]), mutations, null)),
);

/** Lets a stranger send something, and waits until it was taken: by a goodbye, or by an answer to a ping. */
async function strike(server: Fortress, peer: RawPeer, frames: readonly Uint8Array[]): Promise<void> {
  await peer.sendBytes(...frames).catch(() => undefined);
  await peer.send([0, Control.PING, 77]).catch(() => undefined);
  for (let message = await peer.receive(); message; message = await peer.receive()) {
    if (message[1] === Control.BYE && message[0] === 0) {
      expect(CODES).toContain(message[2]);
      return;
    }
    if (message[0] === 0 && message[1] === Control.PONG) break;
  }
  expect(server.client.open).toBe(true);
}

async function check(frames: fc.Arbitrary<Uint8Array>, kind?: "silent"): Promise<void> {
  await using server = await fortress({ serve: { handshakeTimeoutMs: 1_000 } });
  let runs = 0;
  const property = fc.asyncProperty(frames, fc.uint8Array({ maxLength: 9 }), async (frame, loose) => {
    await using peer = await server.stranger(kind);
    await strike(server, peer, [frame, loose]);
    runs += 1;
    if (runs % 500 === 0) await server.holds();
  });
  await fc.assert(property, { numRuns: RUNS });
  await server.empties();
  await server.holds();
  await turns();
  // Nonsense may well be a notification, whose error is heard, too.
  const heard = server.heard.filter(({ message }) => message !== NO_FUNCTION);
  for (const error of heard) expect(CODES).toContain("code" in error ? error.code : error.name);
}

describe("a server under fire", () => {
  it("survives random bytes", async () => {
    await check(fc.uint8Array({ maxLength: 100 }));
  });

  it("survives valid messages that were changed and cut", async () => {
    await check(mutated);
  });

  it("survives well-formed nonsense", async () => {
    await check(nonsense);
  });

  it("survives openings of every kind", async () => {
    await check(openings, "silent");
  });
});
