/**
 * The value table of `docs/wire/native.md`: every kind of value, and how each codec writes it.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { describe, expect, it } from "vitest";
import { type Codec, createCborCodec } from "../src/codec.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { Tag } from "../src/message.ts";

type Row = readonly [name: string, value: unknown, cbor: string, json: string];

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const { buffer } = bytes;

/** A value, its CBOR in hexadecimal, and its JSON. */
const table: readonly Row[] = [
  ["undefined", undefined, "f7", '{"$":"undefined"}'],
  ["null", null, "f6", "null"],
  ["false", false, "f4", "false"],
  ["true", true, "f5", "true"],
  ["zero", 0, "00", "0"],
  ["negative zero", new CborTag(0, Tag.NEGATIVE_ZERO), "d99e9800", '{"$40600":0}'],
  ["a small integer", 10, "0a", "10"],
  ["a negative integer", -500, "3901f3", "-500"],
  ["an integer beyond 32 bits", 2 ** 53, "fb4340000000000000", "9007199254740992"],
  ["a fraction", 0.1, "fb3fb999999999999a", "0.1"],
  ["the smallest number", 5e-324, "fb0000000000000001", "5e-324"],
  ["NaN", Number.NaN, "fb7ff8000000000000", '{"$":"NaN"}'],
  ["Infinity", Number.POSITIVE_INFINITY, "fb7ff0000000000000", '{"$":"Infinity"}'],
  ["negative Infinity", Number.NEGATIVE_INFINITY, "fbfff0000000000000", '{"$":"-Infinity"}'],
  ["a bigint", 5n, "1b0000000000000005", '{"$bigint":"5"}'],
  ["a negative bigint", -5n, "3b0000000000000004", '{"$bigint":"-5"}'],
  ["a bigint beyond 64 bits", 2n ** 64n, "c249010000000000000000", '{"$bigint":"18446744073709551616"}'],
  ["a negative one", -(2n ** 64n) - 1n, "c349010000000000000000", '{"$bigint":"-18446744073709551617"}'],
  ["text", "a\n\u20ac\u{1f600}", "69610ae282acf09f9880", '"a\\n\u20ac\u{1f600}"'],
  ["text that looks like an escape", "$date", "652464617465", '"$date"'],
  ["a Date", new Date(1_700_000_000_123), "c1fb41d954fc4007df3b", '{"$date":1700000000123}'],
  ["a Date of a whole second", new Date(1_000), "c11a00000001", '{"$date":1000}'],
  ["a Date before 1970", new Date(-1), "c1fbbf50624dd2f1a9fc", '{"$date":-1}'],
  ["an invalid Date", new Date(Number.NaN), "c1fb7ff8000000000000", '{"$date":null}'],
  ["no bytes", new Uint8Array(), "d84040", '{"$bytes":""}'],
  ["bytes", Uint8Array.of(0, 255), "d8404200ff", '{"$bytes":"AP8="}'],
  ["a Uint8ClampedArray", Uint8ClampedArray.of(1), "d8444101", '{"$Uint8ClampedArray":"AQ=="}'],
  ["a Uint16Array", Uint16Array.of(1), "d845420100", '{"$Uint16Array":"AQA="}'],
  ["a Uint32Array", Uint32Array.of(1), "d8464401000000", '{"$Uint32Array":"AQAAAA=="}'],
  ["a BigUint64Array", new BigUint64Array(buffer), "d847480102030405060708", '{"$BigUint64Array":"AQIDBAUGBwg="}'],
  ["an Int8Array", Int8Array.of(-1), "d84841ff", '{"$Int8Array":"/w=="}'],
  ["an Int16Array", Int16Array.of(-2), "d84d42feff", '{"$Int16Array":"/v8="}'],
  ["an Int32Array", Int32Array.of(1), "d84e4401000000", '{"$Int32Array":"AQAAAA=="}'],
  ["a BigInt64Array", new BigInt64Array(buffer), "d84f480102030405060708", '{"$BigInt64Array":"AQIDBAUGBwg="}'],
  ["a Float32Array", Float32Array.of(1), "d855440000803f", '{"$Float32Array":"AACAPw=="}'],
  ["a Float64Array", Float64Array.of(1), "d85648000000000000f03f", '{"$Float64Array":"AAAAAAAA8D8="}'],
  ["an array", [1, [], undefined], "830180f7", '[1,[],{"$":"undefined"}]'],
  ["an object", { a: 1, b: undefined, "": {} }, "a36161016162f760a0", '{"a":1,"b":{"$":"undefined"},"":{}}'],
  [
    "an object with a key $",
    { $: 1, $date: 2, $$: 3 },
    "a36124016524646174650262242403",
    '{"$$":1,"$$date":2,"$$$":3}',
  ],
  [
    "a Map",
    new Map<unknown, unknown>([
      ["a", 1],
      [2, [3]],
    ]),
    "d90103a2616101028103",
    '{"$map":["a",1,2,[3]]}',
  ],
  ["a Set", new Set(["a", 5n]), "d901028261611b0000000000000005", '{"$set":["a",{"$bigint":"5"}]}'],
  ["a frame", new CborTag([1, 64], Tag.FRAME), "d99e9982011840", '{"$40601":[1,64]}'],
  ["an AbortSignal", new CborTag([0, false], Tag.SIGNAL), "d99e9a8200f4", '{"$40602":[0,false]}'],
  [
    "an error",
    new CborTag(["E", "m", undefined, undefined, {}, undefined], Tag.ERROR),
    "d99e9b866145616df7f7a0f7",
    '{"$40603":["E","m",{"$":"undefined"},{"$":"undefined"},{},{"$":"undefined"}]}',
  ],
];

const cbor = createCborCodec();
const json = createJsonCodec();
const text = new TextDecoder();

/** The bytes of an array of one: what the array itself takes is left out. */
function toHex(codec: Codec, value: unknown): string {
  return Array.from(codec.encode([value]), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe.each(table)("%s", (_, value, hex, written) => {
  it("is written in CBOR as the table says", () => {
    expect(toHex(cbor, value)).toBe(`81${hex}`);
  });

  it("is read from CBOR as the table says", () => {
    const { message, tagged } = cbor.decode(fromHex(`81${hex}`), DEFAULT_LIMITS);
    expect(message).toStrictEqual([value]);
    expect(tagged).toBe(value instanceof CborTag);
  });

  it("is written in JSON as the table says", () => {
    expect(text.decode(json.encode([value]))).toBe(`[${written}]`);
  });

  it("is read from JSON as the table says", () => {
    const { message, tagged } = json.decode(new TextEncoder().encode(`[${written}]`), DEFAULT_LIMITS);
    expect(message).toStrictEqual([value]);
    expect(tagged).toBe(value instanceof CborTag);
  });
});
