/**
 * Every kind of value that crosses, with what arrives.
 *
 * @module
 */

import fc from "fast-check";
import { FRAME_BYTES } from "../src/index.ts";

/** A value by name; `arrives` is what comes out at the other end where it is not an equal value. */
export interface ValueCase {
  readonly name: string;
  readonly value: unknown;
  readonly arrives?: unknown;
}

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

const TYPED_ARRAYS = [
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
];

function numbersUpTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index % 100);
}

function withHoles(): unknown[] {
  const holes: unknown[] = [1, 2, 3];
  delete holes[1];
  return holes;
}

export const values: readonly ValueCase[] = [
  ...[undefined, null, true, false, 0, 1, -1, 0.1, 2 ** 31, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, 5e-324].map(
    (value) => ({ name: String(value), value }),
  ),
  { name: "NaN", value: Number.NaN },
  { name: "Infinity", value: Number.POSITIVE_INFINITY },
  { name: "-Infinity", value: Number.NEGATIVE_INFINITY },
  { name: "-0", value: -0 },
  ...[0n, 5n, -5n, 2n ** 53n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 64n) - 1n, 2n ** 4000n, -(3n ** 1000n)].map(
    (value) => ({ name: `a bigint of ${value.toString(2).length} bits`, value }),
  ),
  { name: "an empty string", value: "" },
  { name: "a string beyond ASCII", value: "naïve 漢字 😀 \u0000" },
  { name: "a long string", value: "é".repeat(40_000) },
  { name: "no bytes", value: new Uint8Array() },
  { name: "few bytes", value: new Uint8Array([1, 2, 255]) },
  { name: "bytes just below a frame of their own", value: new Uint8Array(FRAME_BYTES - 1).fill(7) },
  { name: "bytes in a frame of their own", value: new Uint8Array(FRAME_BYTES).fill(8) },
  { name: "many bytes", value: new Uint8Array(60_000).fill(9) },
  { name: "a part of a buffer", value: new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3) },
  { name: "a small Buffer", value: Buffer.from("abc"), arrives: new Uint8Array([97, 98, 99]) },
  { name: "a large Buffer", value: Buffer.alloc(20_000, 1), arrives: new Uint8Array(20_000).fill(1) },
  ...TYPED_ARRAYS.map((type) => ({ name: `a small ${type.name}`, value: type.from([1, 2, 3]) })),
  ...TYPED_ARRAYS.map((type) => ({
    name: `a large ${type.name}`,
    value: type.from(numbersUpTo(FRAME_BYTES / type.BYTES_PER_ELEMENT)),
  })),
  { name: "a BigInt64Array", value: new BigInt64Array([-1n, 2n ** 62n]) },
  { name: "a large BigUint64Array", value: new BigUint64Array(2_000).fill(2n ** 63n) },
  { name: "a Date", value: new Date(1_700_000_000_123) },
  { name: "a Date before 1970", value: new Date(-1) },
  { name: "an invalid Date", value: new Date(Number.NaN) },
  {
    name: "a Map",
    value: new Map<unknown, unknown>([
      ["a", 1],
      [2, { deep: new Map() }],
      [null, [-0]],
    ]),
  },
  { name: "an empty Map", value: new Map() },
  { name: "a Set", value: new Set<unknown>([1, "1", [undefined], new Set([-0n])]) },
  { name: "nested arrays", value: [[], [[1], [2, [3]]], []] },
  { name: "an array with holes", value: withHoles(), arrives: [1, undefined, 3] },
  { name: "a plain object", value: { a: 1, b: undefined, "": null, constructor: 2, toString: { x: [1] } } },
  {
    name: "an object without a prototype",
    value: Object.assign(Object.create(null), { a: { b: 1 } }),
    arrives: { a: { b: 1 } },
  },
  {
    name: "an instance of a class without methods",
    value: { at: new Point(1, 2) },
    arrives: { at: { x: 1, y: 2 } },
  },
  { name: "the same object twice", value: twice({ a: 1 }) },
];

function twice(value: unknown): unknown[] {
  return [value, value];
}

/** A lone half of a surrogate pair is no text, and UTF-8 cannot carry it. */
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const key = text.filter((each) => each !== "__proto__");

/** Further from 1970 than 2^42 seconds, 139,000 years, a date crosses to within a millisecond only. */
const EXACT_DATE_MS = 2 ** 42 * 1_000;

/** Any value that crosses and arrives as an equal one. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    fc.constantFrom(undefined, null, true, false),
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt(),
    text,
    fc.date({ noInvalidDate: false, min: new Date(-EXACT_DATE_MS), max: new Date(EXACT_DATE_MS) }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.int16Array(),
    fc.bigInt64Array(),
    fc.constantFrom(FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 8).map((bytes) => new Uint8Array(bytes).fill(3)),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.array(fc.oneof(text, fc.integer(), fc.bigInt()), { maxLength: 5 }).map((items) => new Set(items)),
  ),
})).value;
