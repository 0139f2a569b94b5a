import { deepStrictEqual } from "node:assert/strict";
import { Tag as CborTag } from "cbor-x/index-no-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { TAG_RANGE } from "../src/message.ts";
import { Packer } from "../src/packer.ts";
import { sized } from "./size.ts";
import { anyValue, values } from "./values.ts";

const cbor = createCborCodec();
const json = createJsonCodec();

const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((each) => each !== "__proto__");
const key = fc.oneof(
  text,
  fc.constantFrom(
    "$",
    "$$",
    "$date",
    "$$date",
    "$40600",
    "constructor",
    "toJSON",
    "toString",
    "length",
    "0",
    "__proto",
  ),
);
const number = fc.oneof(fc.integer(), fc.double()).filter((value) => !Object.is(value, -0));

/** Some 139,000 years: beyond them, the seconds that CBOR writes have too few bits left for each millisecond. */
const CBOR_DATE_MS = 2 ** 42 * 1_000;

/** Any tree that the codecs are given, which is what the packer makes of values. */
const tree: fc.Arbitrary<unknown> = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "small", withCrossShrink: true },
    fc.constantFrom(undefined, null, true, false, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    number,
    fc.bigInt(),
    key,
    fc.date({ noInvalidDate: false, min: new Date(-CBOR_DATE_MS), max: new Date(CBOR_DATE_MS) }),
    fc.uint8Array(),
    fc.uint8ClampedArray(),
    fc.float32Array(),
    fc.bigUint64Array(),
    fc.array(tie("tree"), { maxLength: 6 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 6, noNullPrototype: true }),
    fc.array(fc.tuple(fc.oneof(key, tie("tree")), tie("tree")), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.array(fc.oneof(key, number, fc.bigInt(), tie("tree")), { maxLength: 5 }).map((items) => new Set(items)),
    fc
      .tuple(tie("tree"), fc.integer({ min: TAG_RANGE.first, max: TAG_RANGE.last }))
      .map(([content, tag]) => new CborTag(content, tag)),
  ),
})).tree;

function encodeText(message: readonly unknown[]): string {
  return new TextDecoder().decode(json.encode(message));
}

function decodeText(message: string): readonly unknown[] {
  return json.decode(new TextEncoder().encode(message), DEFAULT_LIMITS).message;
}

/** Stands for a date that is none: to `deepStrictEqual`, two of those differ. */
class InvalidDate {}

/** Copies a tree, so that invalid dates equal each other. */
function comparable(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? new InvalidDate() : value;
  if (Array.isArray(value)) return value.map(comparable);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [comparable(key), comparable(member)]));
  if (value instanceof Set) return new Set([...value].map(comparable));
  if (value instanceof CborTag) return new CborTag(comparable(value.value), value.tag);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const [name, member] of Object.entries(value)) copy[name] = comparable(member);
  return copy;
}

describe("the JSON codec", () => {
  it("carries what the CBOR codec carries, with the same result", () => {
    const property = fc.property(fc.array(tree, { maxLength: 4 }), (message) => {
      const viaJson = json.decode(json.encode(message), DEFAULT_LIMITS);
      const viaCbor = cbor.decode(cbor.encode(message), DEFAULT_LIMITS);
      // Not by expect, which takes a field "constructor" for the class of its object.
      deepStrictEqual(comparable(viaJson.message), comparable(message));
      deepStrictEqual(comparable(viaJson), comparable(viaCbor));
    });
    fc.assert(property, { numRuns: sized(1_000, 100_000), examples: [[[new Date(Number.NaN)]]] });
  });

  it("carries every packed value within the limits it was packed for", () => {
    const property = fc.property(anyValue, fc.integer({ min: 1, max: 6 }), (value, maxDepth) => {
      const packer = new Packer({ limits: { ...DEFAULT_LIMITS, maxDepth }, showStack: false, codec: json });
      const packed = attempt(() => packer.packArguments("target", [value]));
      if (!packed) return;
      // Kind, id and target count as well, and so does the array of the batch.
      const limits = { maxDepth, maxItems: packer.items + 8 };
      expect(json.decode(json.encode([1, 0, 1, 1, "target", packed]), limits).message[5]).toStrictEqual(packed);
    });
    fc.assert(property, { numRuns: sized(1_000, 20_000) });
  });

  it.each(values)("carries $name", ({ value }) => {
    const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false, codec: json });
    const packed = [packer.pack(value)];
    expect(json.decode(json.encode(packed), DEFAULT_LIMITS)).toStrictEqual(
      cbor.decode(cbor.encode(packed), DEFAULT_LIMITS),
    );
  });

  it("carries the deepest value of every kind that the packer lets pass", () => {
    const limits = { ...DEFAULT_LIMITS, maxDepth: 10 };
    const wrappers = [
      (value: unknown) => [value],
      (value: unknown) => ({ $: value }),
      (value: unknown) => new Map([[value, value]]),
      (value: unknown) => new Set([value]),
    ];
    for (const wrap of wrappers) {
      let value: unknown;
      for (let depth = 0; depth < limits.maxDepth; depth += 1) value = wrap(value);
      const args = new Packer({ limits, showStack: false, codec: json }).packArguments("", [value]);
      expect(json.decode(json.encode([1, 0, 1, 1, "", args]), limits).message[5]).toStrictEqual([value]);
    }
  });

  it("leaves plain messages as JSON.stringify writes them", () => {
    const message = [1, 0, 1, 7, ["arm", "move"], [{ x: 1.5, label: 'quoted " and \u0001', on: true, next: null }, []]];
    expect(encodeText(message)).toBe(JSON.stringify(message));
  });

  it("changes nothing of what it is given", () => {
    const message = [[1, undefined], { $: 1, keep: Number.NaN }, new Map([["a", undefined]])];
    const copy = structuredClone(message);
    json.encode(message);
    expect(message).toStrictEqual(copy);
  });

  it("turns each half of a surrogate pair into U+FFFD, both ways, and leaves whole pairs alone", () => {
    expect(decodeText(encodeText(["a\ud800", { "\udfffk": "\u{1f600}\udc00" }, "\\ud800"]))).toStrictEqual([
      "a\ufffd",
      { "\ufffdk": "\u{1f600}\ufffd" },
      "\\ud800",
    ]);
    expect(decodeText(String.raw`["\ud83d\uDE00\ud800\u0041\uDC00\\ud800"]`)).toStrictEqual([
      "\u{1f600}\ufffdA\ufffd\\ud800",
    ]);
  });

  it("reads what other writers of JSON write", () => {
    const message = ' [ 1 , {"\\u0024date" : 5 } ,\r\n{ "\\u0024$x":{"$map" :\t["k", -0 ] } }, 1e2 ]\n';
    expect(decodeText(message)).toStrictEqual([1, new Date(5), { $x: new Map([["k", -0]]) }, 100]);
  });

  it("gives bytes of any length back", () => {
    for (let length = 0; length < 70; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256);
      const [written] = JSON.parse(encodeText([bytes]));
      expect(written).toStrictEqual({ $bytes: Buffer.from(bytes).toString("base64") });
      expect(decodeText(encodeText([bytes]))).toStrictEqual([bytes]);
    }
  });

  it("refuses to write what is no value", () => {
    expect(() => json.encode([() => 1])).toThrow(TypeError);
    expect(() => json.encode([Symbol("s")])).toThrow(TypeError);
  });
});

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
