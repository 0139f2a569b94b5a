import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Codec, createCborCodec } from "../src/codec.ts";
import { MAX_LONG_BIGINTS, scan } from "../src/guard.ts";
import { DEFAULT_LIMITS, type Limits } from "../src/index.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { Packer } from "../src/packer.ts";
import { sized } from "./size.ts";
import { anyValue, values } from "./values.ts";

const codecs = [createCborCodec(), createJsonCodec()];
const [cbor = createCborCodec()] = codecs;

/** A batch of one call, as it would be sent, and what its packer said about it. */
function pack(
  value: unknown,
  limits: Limits = DEFAULT_LIMITS,
  codec: Codec = cbor,
): { frame: Uint8Array; total: number; packer: Packer } {
  const packer = new Packer({ limits, showStack: false, codec });
  const packed = packer.packArguments("", [value]);
  packer.frames.forEach((frame, index) => {
    frame.place(index + 1);
  });
  const frame = codec.encode([1, 0, 1, 1, "", packed]);
  const loose = packer.frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return { frame, total: frame.byteLength + loose, packer };
}

function tryToPack(value: unknown, limits: Limits, codec: Codec = cbor): ReturnType<typeof pack> | undefined {
  try {
    return pack(value, limits, codec);
  } catch (error) {
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED" });
    return undefined;
  }
}

/** Values that take most where a careless count would count least. */
const heavy = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 12, depthSize: "large" },
    fc.constant(-0),
    fc.bigInt(),
    fc.date(),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constant(new Float64Array(2)),
    fc.constant(new Uint8Array(9_000)),
    fc.constant(AbortSignal.abort()),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Map(items.map((item) => [item, item]))),
    fc.dictionary(fc.constantFrom("a", "b"), tie("value")),
    fc
      .tuple(tie("value"), tie("value"), fc.string())
      .map(([field, cause, message]) => Object.assign(new Error(message, { cause }), { field })),
  ),
})).value;

/** Values of many sizes. */
const fillers: readonly [what: string, filler: (count: number) => unknown][] = [
  ["text", (count) => "x".repeat(count)],
  ["control characters", (count) => "\u0001".repeat(count)],
  ["text beyond ASCII", (count) => "é".repeat(count)],
  ["small numbers", (count) => new Array(count).fill(1)],
  ["fractions", (count) => new Array(count).fill(0.1)],
  ["short texts", (count) => new Array(count).fill("short")],
  ["bytes", (count) => new Array(Math.floor(count / 7_000)).fill(new Uint8Array(7_000))],
  ["large bytes", (count) => [new Uint8Array(8_192), new Uint8Array(count)]],
  ["many keys", (count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [index, null]))],
];

describe.each(codecs)("packing for $name", (codec) => {
  it("never counts less than a value takes", () => {
    for (const { value } of values) {
      const { total, packer } = pack(value, DEFAULT_LIMITS, codec);
      expect(packer.bytes + 32).toBeGreaterThanOrEqual(total);
    }
    const property = fc.property(fc.oneof(anyValue, heavy), (value) => {
      const { total, packer } = pack(value, DEFAULT_LIMITS, codec);
      expect(packer.bytes + 32).toBeGreaterThanOrEqual(total);
    });
    fc.assert(property, { numRuns: sized(1_000, 50_000) });
  });

  it("refuses here whatever the far end would refuse there, so that no value ends a session", () => {
    const limits = fc.record({
      maxDepth: fc.integer({ min: 1, max: 12 }),
      maxItems: fc.integer({ min: 1, max: 60 }),
      maxMessageBytes: fc.integer({ min: 100, max: 20_000 }),
    });
    const property = fc.property(heavy, limits, (value, some) => {
      const all = { ...DEFAULT_LIMITS, ...some };
      const packed = tryToPack(value, all, codec);
      if (!packed) return;
      // A batch has a few items and bytes of its own, for which the outbox and the receiver leave room.
      codec.decode(packed.frame, { maxDepth: all.maxDepth, maxItems: all.maxItems + 8 });
      expect(packed.total).toBeLessThanOrEqual(all.maxMessageBytes + 32);
    });
    fc.assert(property, { numRuns: sized(3_000, 100_000) });
  });

  it.each(fillers)("refuses nothing for its size that the far end would accept: %s", (_, filler) => {
    const maxMessageBytes = 20_000;
    for (let count = 10; count < 40_000; count *= 2) {
      const { total } = pack(filler(count), DEFAULT_LIMITS, codec);
      const packed = tryToPack(filler(count), { ...DEFAULT_LIMITS, maxMessageBytes }, codec);
      if (total <= maxMessageBytes - 100) expect(packed?.total).toBe(total);
      if (total > maxMessageBytes + 100) expect(packed).toBeUndefined();
    }
  });
});

describe("packing", () => {
  it("counts each bad kind where there are many of them", () => {
    const limits = { ...DEFAULT_LIMITS, maxItems: 1_000, maxMessageBytes: 10_000 };
    const kinds: readonly (() => unknown)[] = [
      () => -0,
      () => 2n ** 70n,
      () => new Date(1),
      () => new Map(),
      () => new Set(),
      () => new Int8Array(1),
      () => new Error(""),
      () => AbortSignal.abort(),
      () => 0.5,
    ];
    for (const kind of kinds) {
      for (const count of [100, 200, 400, 600, 900]) {
        const packed = tryToPack(Array.from({ length: count }, kind), limits);
        if (!packed) break;
        scan(packed.frame, { maxDepth: 100, maxItems: 1_008 });
        expect(packed.total).toBeLessThanOrEqual(10_032);
      }
    }
  });

  it("refuses Sets and Maps that the far end would refuse for their long bigints", () => {
    const many = Array.from({ length: MAX_LONG_BIGINTS + 1 }, (_, index) => (BigInt(index + 1) << 64n) + 1n);
    for (const value of [new Set(many), new Map(many.map((key) => [key, 0])), { list: [new Set(many)] }]) {
      expect(() => pack(value)).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED", outcome: "notSent" }));
      expect(() => pack(value)).toThrow(/long bigints in one Set or Map, 256/);
    }
    for (const value of [new Set(many.slice(1)), many, new Map(many.map((each) => [`${each}`, each]))]) {
      expect(scan(pack(value).frame, DEFAULT_LIMITS)).toBe(false);
    }
  });

  it("leaves nothing behind when it fails", () => {
    const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false, codec: cbor });
    expect(() => packer.pack([new Uint8Array(9_000), [() => 1]])).toThrow(/\[1\]\[0\]/);
    expect(packer.pack([1])).toStrictEqual([1]);
    expect(packer.frames).toStrictEqual([]);
    expect(packer.items).toBe(2);
  });
});
