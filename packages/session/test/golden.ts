/**
 * Values and messages beside their bytes: `docs/wire/native.md` shows the same.
 *
 * @module
 */

import { FRAME_BYTES } from "../src/index.ts";

/** What crosses by reference in the golden values: a function of this end's, and an object of the far end's with number 3. */
export const goldenFunction = (): number => 1;
export const goldenHome = new (class {
  turn(): void {}
})();

/** A value, its source text, and what stands for it in frame 0. */
export interface GoldenValue {
  readonly source: string;
  readonly value: unknown;
  /** In CBOR. */
  readonly hex: string;
  readonly json: string;
  /** What stands in frame 1. */
  readonly frame?: Uint8Array;
}

export const goldenValues: readonly GoldenValue[] = [
  { source: "undefined", value: undefined, hex: "f7", json: '{"$":"undefined"}' },
  { source: "null", value: null, hex: "f6", json: "null" },
  { source: "true", value: true, hex: "f5", json: "true" },
  { source: "1000", value: 1000, hex: "1903e8", json: "1000" },
  { source: "-1", value: -1, hex: "20", json: "-1" },
  { source: "0.1", value: 0.1, hex: "fb3fb999999999999a", json: "0.1" },
  { source: "4294967296", value: 4294967296, hex: "fb41f0000000000000", json: "4294967296" },
  { source: "NaN", value: Number.NaN, hex: "fb7ff8000000000000", json: '{"$":"NaN"}' },
  { source: "-Infinity", value: Number.NEGATIVE_INFINITY, hex: "fbfff0000000000000", json: '{"$":"-Infinity"}' },
  { source: "-0", value: -0, hex: "d99e9800", json: '{"$40600":0}' },
  { source: "5n", value: 5n, hex: "1b0000000000000005", json: '{"$bigint":"5"}' },
  { source: "-5n", value: -5n, hex: "3b0000000000000004", json: '{"$bigint":"-5"}' },
  { source: "2n ** 64n", value: 2n ** 64n, hex: "c249010000000000000000", json: '{"$bigint":"18446744073709551616"}' },
  { source: '"é"', value: "é", hex: "62c3a9", json: '"é"' },
  { source: "new Uint8Array([1, 2])", value: new Uint8Array([1, 2]), hex: "d840420102", json: '{"$bytes":"AQI="}' },
  {
    source: "new Float64Array([1])",
    value: new Float64Array([1]),
    hex: "d85648000000000000f03f",
    json: '{"$Float64Array":"AAAAAAAA8D8="}',
  },
  {
    source: "new Uint8Array(8192)",
    value: new Uint8Array(FRAME_BYTES),
    hex: "d99e9982011840",
    json: '{"$40601":[1,64]}',
    frame: new Uint8Array(FRAME_BYTES),
  },
  { source: "new Date(1001)", value: new Date(1001), hex: "c1fb3ff004189374bc6a", json: '{"$date":1001}' },
  { source: "[1, [2]]", value: [1, [2]], hex: "82018102", json: "[1,[2]]" },
  { source: "{ a: undefined }", value: { a: undefined }, hex: "a16161f7", json: '{"a":{"$":"undefined"}}' },
  { source: "{ $a: 1 }", value: { $a: 1 }, hex: "a162246101", json: '{"$$a":1}' },
  { source: 'new Map([[1, "a"]])', value: new Map([[1, "a"]]), hex: "d90103a1016161", json: '{"$map":[1,"a"]}' },
  { source: "new Set([1])", value: new Set([1]), hex: "d901028101", json: '{"$set":[1]}' },
  { source: "AbortSignal.abort()", value: AbortSignal.abort(), hex: "d99e9a8200f5", json: '{"$40602":[0,true]}' },
  {
    source: 'new RangeError("no")',
    value: new RangeError("no"),
    hex: "d99e9b866a52616e67654572726f72626e6ff7f7a0f7",
    json: '{"$40603":["RangeError","no",{"$":"undefined"},{"$":"undefined"},{},{"$":"undefined"}]}',
  },
  {
    source: "(async function* () {})()",
    value: (async function* () {})(),
    hex: "d99e9c820100",
    json: '{"$40604":[1,0]}',
  },
  { source: "new ReadableStream()", value: new ReadableStream(), hex: "d99e9c820101", json: '{"$40604":[1,1]}' },
  { source: "() => 1", value: goldenFunction, hex: "d99e9d820101", json: '{"$40605":[1,1]}' },
  { source: "arm", value: goldenHome, hex: "d99e9e8103", json: '{"$40606":[3]}' },
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

/** Bytes in a row, so that a mistake in their place shows. */
function bytesFrom(first: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => first + index);
}

const TERMS = {
  version: 1,
  limits: {
    maxMessageBytes: 16777216,
    maxDepth: 100,
    maxItems: 1000000,
    maxCalls: 65536,
    windowBytes: 4194304,
    maxStreams: 1000,
  },
  heartbeat: [5000, 15000],
  callTimeoutMs: 30000,
};
const CLIENT_NONCE = bytesFrom(0x00, 32);
const SERVER_NONCE = bytesFrom(0x20, 32);
const SECRET = bytesFrom(0x40, 32);
const SESSION = "00112233445566778899aabbccddeeff";
const HELLO = { ...TERMS, nonce: CLIENT_NONCE, sealed: false };
const ERROR = ["E", "m", undefined, undefined, {}, undefined];

/** Frame 0 of every kind of message. */
export const goldenMessages: readonly { readonly message: readonly unknown[]; readonly hex: string }[] = [
  {
    message: [0, 2, HELLO],
    hex: "830002a66776657273696f6e01666c696d697473a66f6d61784d65737361676542797465731a01000000686d617844657074681864686d61784974656d731a000f4240686d617843616c6c731a000100006b77696e646f7742797465731a004000006a6d617853747265616d731903e86968656172746265617482191388193a986d63616c6c54696d656f75744d73197530656e6f6e6365d8405820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f667365616c6564f4",
  },
  {
    message: [0, 3, { ...TERMS, session: SESSION, secret: SECRET, resumed: false, received: 0 }],
    hex: "830003a86776657273696f6e01666c696d697473a66f6d61784d65737361676542797465731a01000000686d617844657074681864686d61784974656d731a000f4240686d617843616c6c731a000100006b77696e646f7742797465731a004000006a6d617853747265616d731903e86968656172746265617482191388193a986d63616c6c54696d656f75744d731975306773657373696f6e7820303031313232333334343535363637373838393961616262636364646565666666736563726574d8405820404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f67726573756d6564f468726563656976656400",
  },
  { message: [1, 0, 1, 1, "", [{ a: 1 }]], hex: "86010001016081a1616101" },
  { message: [1, 1, 3, 1, { a: 1 }], hex: "8501010301a1616101" },
  { message: [0, 1, 1], hex: "83000101" },
  { message: [0, 6, "CLOSED", "it was closed"], hex: "84000666434c4f5345446d69742077617320636c6f736564" },
  { message: [0, 4, 0], hex: "83000400" },
  { message: [0, 5, 0], hex: "83000500" },
  {
    message: [0, 7, { nonce: SERVER_NONCE }],
    hex: "830007a1656e6f6e6365d8405820202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
  },
  {
    message: [0, 8, { resume: bytesFrom(0x60, 32) }],
    hex: "830008a166726573756d65d8405820606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f",
  },
  { message: [1, 0, 2, 1, "f", [], { t: 500, m: { a: "b" } }], hex: "8701000201616680a261741901f4616da161616162" },
  { message: [2, 1, 4, 1, ERROR], hex: "8502010401866145616df7f7a0f7" },
  { message: [3, 1, 5, "f", [1]], hex: "8503010561668101" },
  { message: [4, 1, 6, 1, ERROR], hex: "8504010601866145616df7f7a0f7" },
  { message: [5, 1, 7, 1, 0, ERROR], hex: "860501070100866145616df7f7a0f7" },
  { message: [6, 1, 8, 1, 9, 2.5], hex: "860601080109fb4004000000000000" },
  { message: [7, 1, 9, 1], hex: "8407010901" },
  { message: [8, 1, 10, 1, ERROR], hex: "8508010a01866145616df7f7a0f7" },
  { message: [9, 1, 11, 1, 256, 4194304], hex: "8609010b011901001a00400000" },
  { message: [10, 1, 12, 1], hex: "840a010c01" },
  { message: [11, 1, 13, 7, 2], hex: "850b010d0702" },
  { message: [2, 1, 14, 2, "a", []], hex: "8602010e02616180" },
  { message: [3, 1, 15, 3, "a", [], { t: 5 }], hex: "8703010f03616180a1617405" },
  { message: [4, 1, 16, 2], hex: "8404011002" },
];

/** What is proved with the key of a session, in the order of the opening. */
export const goldenProofs = {
  key: "0123456789abcdef",
  clientNonce: CLIENT_NONCE,
  serverNonce: SERVER_NONCE,
  secret: SECRET,
  fields: { ...TERMS, nonce: CLIENT_NONCE, sealed: true, resume: { session: SESSION, received: 7 } },
  /** The HELLO with these fields, in CBOR. */
  hello:
    "830002a76776657273696f6e01666c696d697473a66f6d61784d65737361676542797465731a01000000686d617844657074681864686d61784974656d731a000f4240686d617843616c6c731a000100006b77696e646f7742797465731a004000006a6d617853747265616d731903e86968656172746265617482191388193a986d63616c6c54696d656f75744d73197530656e6f6e6365d8405820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f667365616c6564f566726573756d65a26773657373696f6e7820303031313232333334343535363637373838393961616262636364646565666668726563656976656407",
  proofs: [
    { purpose: "server", hex: "8c71b066f68ca0fb61b2681f4b3f2fa8aff0870e3a4231adcf3cffcff86237b7" },
    { purpose: "client", hex: "0168b9548e7cb56b69ebf145219386084f5ab2a70017d15e6d72ec19446b4b71" },
    { purpose: "resume", hex: "b0372a9accd3a8bd35b253880d31d734b420f1d7adaf22ffe8660fdd86a372bd" },
    { purpose: "mac to server", hex: "f404af5fb3bc789c91edbd2953b73fc4e6889aa85268d51d132f04f855cc3cdc" },
    { purpose: "mac to client", hex: "93a02b99e77c844e92f8b4201b129a321f414f64a15295dd5774e15b06e1b65d" },
  ],
  /** The code of the client's first message, `[0, 4, 0]`. */
  code: "ba57776b5e9adf8ab3904deef267a7dd",
} as const;
