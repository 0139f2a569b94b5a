/**
 * Values and messages beside their bytes: `docs/wire/native.md` shows the same.
 *
 * @module
 */

import { FRAME_BYTES } from "../src/index.ts";

/** A value, its source text, and the CBOR that stands for it in frame 0. */
export interface GoldenValue {
  readonly source: string;
  readonly value: unknown;
  readonly hex: string;
  /** What stands in frame 1. */
  readonly frame?: Uint8Array;
}

export const goldenValues: readonly GoldenValue[] = [
  { source: "undefined", value: undefined, hex: "f7" },
  { source: "null", value: null, hex: "f6" },
  { source: "true", value: true, hex: "f5" },
  { source: "1000", value: 1000, hex: "1903e8" },
  { source: "-1", value: -1, hex: "20" },
  { source: "0.1", value: 0.1, hex: "fb3fb999999999999a" },
  { source: "4294967296", value: 4294967296, hex: "fb41f0000000000000" },
  { source: "NaN", value: Number.NaN, hex: "fb7ff8000000000000" },
  { source: "-Infinity", value: Number.NEGATIVE_INFINITY, hex: "fbfff0000000000000" },
  { source: "-0", value: -0, hex: "d99e9800" },
  { source: "5n", value: 5n, hex: "1b0000000000000005" },
  { source: "-5n", value: -5n, hex: "3b0000000000000004" },
  { source: "2n ** 64n", value: 2n ** 64n, hex: "c249010000000000000000" },
  { source: '"é"', value: "é", hex: "62c3a9" },
  { source: "new Uint8Array([1, 2])", value: new Uint8Array([1, 2]), hex: "d840420102" },
  { source: "new Float64Array([1])", value: new Float64Array([1]), hex: "d85648000000000000f03f" },
  {
    source: "new Uint8Array(8192)",
    value: new Uint8Array(FRAME_BYTES),
    hex: "d99e9982011840",
    frame: new Uint8Array(FRAME_BYTES),
  },
  { source: "new Date(1001)", value: new Date(1001), hex: "c1fb3ff004189374bc6a" },
  { source: "[1, [2]]", value: [1, [2]], hex: "82018102" },
  { source: "{ a: undefined }", value: { a: undefined }, hex: "a16161f7" },
  { source: 'new Map([[1, "a"]])', value: new Map([[1, "a"]]), hex: "d90103a1016161" },
  { source: "new Set([1])", value: new Set([1]), hex: "d901028101" },
  { source: "AbortSignal.abort()", value: AbortSignal.abort(), hex: "d99e9a8200f5" },
  { source: 'new RangeError("no")', value: new RangeError("no"), hex: "d99e9b866a52616e67654572726f72626e6ff7f7a0f7" },
];

/** Forms of values that Fourwire does not send, and what it takes them for. */
export const acceptedForms: readonly { readonly what: string; readonly hex: string; readonly value: unknown }[] = [
  { what: "half precision", hex: "f93c00", value: 1 },
  { what: "single precision", hex: "fa3f800000", value: 1 },
  { what: "a long small integer", hex: "1a00000001", value: 1 },
  { what: "an integer of 32 bits", hex: "1affffffff", value: 4294967295 },
  { what: "a negative integer of 32 bits", hex: "3affffffff", value: -4294967296 },
  { what: "an integer of 64 bits", hex: "1b000000012a05f200", value: 5000000000n },
  { what: "a small bigint", hex: "c24105", value: 5n },
  { what: "untagged bytes", hex: "420102", value: new Uint8Array([1, 2]) },
  { what: "a date in whole seconds", hex: "c101", value: new Date(1000) },
  { what: "a key __proto__", hex: "a1695f5f70726f746f5f5f01", value: { __proto_: 1 } },
];

const HELLO = {
  version: 1,
  limits: { maxMessageBytes: 16777216, maxDepth: 100, maxItems: 1000000, maxCalls: 65536, windowBytes: 4194304 },
  heartbeat: [5000, 15000],
  callTimeoutMs: 30000,
};
const ERROR = ["E", "m", undefined, undefined, {}, undefined];

/** Frame 0 of every kind of message. */
export const goldenMessages: readonly { readonly message: readonly unknown[]; readonly hex: string }[] = [
  {
    message: [0, 2, HELLO],
    hex: "830002a46776657273696f6e01666c696d697473a56f6d61784d65737361676542797465731a01000000686d617844657074681864686d61784974656d731a000f4240686d617843616c6c731a000100006b77696e646f7742797465731a004000006968656172746265617482191388193a986d63616c6c54696d656f75744d73197530",
  },
  {
    message: [0, 3, { ...HELLO, session: "00112233445566778899aabbccddeeff" }],
    hex: "830003a56776657273696f6e01666c696d697473a56f6d61784d65737361676542797465731a01000000686d617844657074681864686d61784974656d731a000f4240686d617843616c6c731a000100006b77696e646f7742797465731a004000006968656172746265617482191388193a986d63616c6c54696d656f75744d731975306773657373696f6e78203030313132323333343435353636373738383939616162626363646465656666",
  },
  { message: [1, 0, 1, 1, "", [{ a: 1 }]], hex: "86010001016081a1616101" },
  { message: [1, 1, 3, 1, { a: 1 }], hex: "8501010301a1616101" },
  { message: [0, 1, 1], hex: "83000101" },
  { message: [0, 6, "CLOSED", "it was closed"], hex: "84000666434c4f5345446d69742077617320636c6f736564" },
  { message: [0, 4, 0], hex: "83000400" },
  { message: [0, 5, 0], hex: "83000500" },
  { message: [1, 0, 2, 1, "f", [], { t: 500, m: { a: "b" } }], hex: "8701000201616680a261741901f4616da161616162" },
  { message: [2, 1, 4, 1, ERROR], hex: "8502010401866145616df7f7a0f7" },
  { message: [3, 1, 5, "f", [1]], hex: "8503010561668101" },
  { message: [4, 1, 6, 1, ERROR], hex: "8504010601866145616df7f7a0f7" },
  { message: [5, 1, 7, 1, 0, ERROR], hex: "860501070100866145616df7f7a0f7" },
];
