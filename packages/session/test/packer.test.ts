import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { scan } from "../src/guard.ts";
import { DEFAULT_LIMITS, type Limits } from "../src/index.ts";
import { Packer } from "../src/packer.ts";
import { sized } from "./size.ts";
import { anyValue, values } from "./values.ts";

const codec = createCborCodec();

/** A batch of one call, as it would be sent, and what its packer said about it. */
function pack(value: unknown, limits: Limits = DEFAULT_LIMITS): { frame: Uint8Array; total: number; packer: Packer } {
  const packer = new Packer({ limits, showStack: false });
  const packed = packer.packArguments("", [value]);
  packer.frames.forEach((frame, index) => {
    frame.place(index + 1);
  });
  const frame = codec.encode([1, 0, 1, 1, "", packed]);
  const loose = packer.frames.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return { frame, total: frame.byteLength + loose, packer };
}

function tryToPack(value: unknown, limits: Limits): ReturnType<typeof pack> | undefined {
  try {
    return pack(value, limits);
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

describe("packing", () => {
  it("never counts less than a value takes", () => {
    for (const { value } of values) {
      const { total, packer } = pack(value);
      expect(packer.bytes + 32).toBeGreaterThanOrEqual(total);
    }
    const property = fc.property(fc.oneof(anyValue, heavy), (value) => {
      const { total, packer } = pack(value);
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
      const packed = tryToPack(value, all);
      if (!packed) return;
      // A batch has a few items and bytes of its own, for which the outbox and the receiver leave room.
      scan(packed.frame, { maxDepth: all.maxDepth, maxItems: all.maxItems + 8 });
      expect(packed.total).toBeLessThanOrEqual(all.maxMessageBytes + 32);
    });
    fc.assert(property, { numRuns: sized(3_000, 100_000) });
  });

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

  it("leaves nothing behind when it fails", () => {
    const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false });
    expect(() => packer.pack([new Uint8Array(9_000), [() => 1]])).toThrow(/\[1\]\[0\]/);
    expect(packer.pack([1])).toStrictEqual([1]);
    expect(packer.frames).toStrictEqual([]);
    expect(packer.items).toBe(2);
  });
});
