/**
 * What strangers say who mean harm, and how they are answered.
 *
 * @module
 */

import { Tag as CborTag } from "cbor-x/index-no-eval";
import { HELLO, streamTag } from "./raw-peer.ts";

/** A message, or the bytes of one in CBOR. */
export type Said = readonly unknown[] | Uint8Array;

export interface Offence {
  readonly what: string;
  readonly send: readonly Said[];
  /** The code of the goodbye. */
  readonly code: string;
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

const ERROR = ["E", "m", undefined, undefined, {}, undefined];

function call(id: unknown, ...rest: unknown[]): unknown[] {
  return [1, 0, 1, id, "echo", ...rest];
}

/** Opens stream 1 at a function that does not read it. */
const HELD: readonly unknown[] = [1, 0, 1, 1, "hold", [streamTag(1)]];
/** Opens stream 1 at a function that reads all of it. */
const READ: readonly unknown[] = [1, 0, 1, 1, "drain", [streamTag(1)]];
/** Asks for a stream of the server's. */
const ASKED: readonly unknown[] = [1, 0, 1, 1, "count", []];

/** What a stranger sends after the opening messages. */
export const offences: readonly Offence[] = [
  { what: "no array", send: [hex("a0")], code: "MALFORMED" },
  { what: "a number", send: [hex("01")], code: "MALFORMED" },
  { what: "an empty frame", send: [new Uint8Array()], code: "MALFORMED" },
  { what: "an empty array", send: [[]], code: "MALFORMED" },
  { what: "text instead of numbers", send: [["1", "0"]], code: "MALFORMED" },
  { what: "a negative number", send: [[-1, 0]], code: "MALFORMED" },
  { what: "half a number", send: [[1.5, 0]], code: "MALFORMED" },
  { what: "40 kB of array headers", send: [new Uint8Array(40_000).fill(0x81)], code: "LIMIT_EXCEEDED" },
  { what: "40 kB of map headers", send: [hex(`83 01 00 ${"a100".repeat(20_000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "40 kB of Sets in Sets", send: [hex(`83 01 00 ${"d9010281".repeat(10_000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "40 kB of tags", send: [hex(`8201${"d99e9b".repeat(13_000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "a huge array", send: [hex("9bffffffffffffffff")], code: "MALFORMED" },
  { what: "a huge map", send: [hex("83 01 00 bb7fffffffffffffff")], code: "MALFORMED" },
  { what: "a huge string", send: [hex("83 01 00 7b7fffffffffffffff")], code: "MALFORMED" },
  { what: "a huge typed array", send: [hex("83 01 00 d856 5b0000ffffffffffff")], code: "MALFORMED" },
  { what: "a huge Set of huge Sets", send: [hex(`83 01 00 ${"d901029affffffff".repeat(20)}`)], code: "MALFORMED" },
  { what: "a string without an end", send: [hex(`83 01 00 7f ${"6161".repeat(9_000)}`)], code: "MALFORMED" },
  { what: "a huge bigint", send: [hex(`83 01 00 c2 5a 000f0000 ${"ff".repeat(0xf0000)}`)], code: "LIMIT_EXCEEDED" },
  { what: "a million items in a megabyte", send: [hex(`9a000f4241${"f6".repeat(1_000_001)}`)], code: "LIMIT_EXCEEDED" },
  { what: "an unknown kind", send: [[1, 0, 99, 1]], code: "MALFORMED" },
  { what: "kind 0", send: [[1, 0, 0, 1]], code: "MALFORMED" },
  { what: "a kind that is no number", send: [[1, 0, "CALL", 1, "echo", []]], code: "MALFORMED" },
  { what: "a kind that is a key of every object", send: [[1, 0, "constructor", 1]], code: "MALFORMED" },
  { what: "an entry that is cut short", send: [[1, 0, 1, 1, "echo"]], code: "MALFORMED" },
  { what: "a good entry before an unknown one", send: [[1, 0, 5, "echo", [], 13, 1]], code: "MALFORMED" },
  { what: "an unknown control message", send: [[0, 99, 1]], code: "MALFORMED" },
  { what: "a ping without a number", send: [[0, 4, { valueOf: 1, toString: 1 }]], code: "MALFORMED" },
  { what: "a tag nobody knows", send: [hex("86 01 00 01 01 60 81 d9 9ea0 00")], code: "MALFORMED" },
  { what: "a foreign tag", send: [hex("86 01 00 01 01 60 81 d8 1b 00")], code: "MALFORMED" },
  { what: "an answer to a call never made", send: [[1, 0, 3, 7, "result"]], code: "MALFORMED" },
  { what: "an error for a call never made", send: [[1, 0, 4, 7, ["E", "m", null, null, {}, null]]], code: "MALFORMED" },
  { what: "an error that is none", send: [[1, 0, 6, 1, "not an error"]], code: "MALFORMED" },
  { what: "a call id that is no number", send: [call("one", [])], code: "MALFORMED" },
  { what: "arguments that are no array", send: [call(1, { 0: "a" })], code: "MALFORMED" },
  { what: "options that are no record", send: [[1, 0, 2, 1, "echo", [], null]], code: "MALFORMED" },
  { what: "a negative timeout", send: [[1, 0, 2, 1, "echo", [], { t: -1 }]], code: "MALFORMED" },
  { what: "a frame that is not there", send: [call(1, [new CborTag([5, 64], 40_601)])], code: "MALFORMED" },
  { what: "frame 0 as a value", send: [call(1, [new CborTag([0, 64], 40_601)])], code: "MALFORMED" },
  { what: "a signal in a notification", send: [[1, 0, 5, "", [new CborTag([0, false], 40_602)]]], code: "MALFORMED" },
  { what: "a signal without a number", send: [call(1, [new CborTag([null, false], 40_602)])], code: "MALFORMED" },
  { what: "an error value that is none", send: [call(1, [new CborTag([], 40_603)])], code: "MALFORMED" },
  { what: "an acknowledgement of what was never sent", send: [[1, 9]], code: "MALFORMED" },
  {
    what: "a reference, to an end that knows none",
    send: [hex("85 01 00 05 60 81 d9 9e9d 82 01 01")],
    code: "MALFORMED",
  },
  { what: "a reference come home there", send: [hex("85 01 00 05 60 81 d9 9e9e 81 03")], code: "MALFORMED" },
  { what: "the release of what is no number", send: [[1, 0, 13, "1", 1]], code: "MALFORMED" },
  { what: "a release with a negative count", send: [[1, 0, 13, 1, -1]], code: "MALFORMED" },
  { what: "the drop of what is no number", send: [[1, 0, 16, "1"]], code: "MALFORMED" },
  { what: "a kept call without a number", send: [[1, 0, 14, -1, "echo", []]], code: "MALFORMED" },
  {
    what: "a kept call with a running one's number",
    send: [[...HELD, 14, 1, "echo", []]],
    code: "MALFORMED",
  },
  { what: "HELLO twice", send: [[0, 2, HELLO]], code: "MALFORMED" },
  { what: "WELCOME", send: [[0, 3, { ...HELLO, session: "s" }]], code: "MALFORMED" },
  { what: "CHALLENGE", send: [[0, 7, { nonce: new Uint8Array(32) }]], code: "MALFORMED" },
  { what: "PROOF", send: [[0, 8, {}]], code: "MALFORMED" },
  { what: "an item of no stream", send: [[1, 0, 8, 1, 9, "x"]], code: "MALFORMED" },
  { what: "the end of no stream", send: [[1, 0, 9, 1]], code: "MALFORMED" },
  { what: "the error of no stream", send: [[1, 0, 10, 1, ERROR]], code: "MALFORMED" },
  { what: "credit for no stream", send: [[1, 0, 11, 1, 1, 1]], code: "MALFORMED" },
  { what: "a stop of no stream", send: [[1, 0, 12, 1]], code: "MALFORMED" },
  { what: "a stream without a number", send: [call(1, [streamTag(null)])], code: "MALFORMED" },
  { what: "a stream that is ahead", send: [call(1, [streamTag(2)])], code: "MALFORMED" },
  { what: "a stream twice", send: [[1, 0, 1, 1, "hold", [streamTag(1), streamTag(1)]]], code: "MALFORMED" },
  { what: "an item without credit", send: [HELD, [2, 0, 8, 1, 9, "x"]], code: "MALFORMED" },
  { what: "an item of no size", send: [READ, [2, 0, 8, 1, 0, "long"]], code: "MALFORMED" },
  { what: "an item of no number of bytes", send: [READ, [2, 0, 8, 1, "9", 1]], code: "MALFORMED" },
  { what: "an item of a negative size", send: [READ, [2, 0, 8, 1, -9, 1]], code: "MALFORMED" },
  { what: "an item of endless size", send: [READ, [2, 0, 8, 1, Number.POSITIVE_INFINITY, 1]], code: "MALFORMED" },
  { what: "an item of a size that is no number", send: [READ, [2, 0, 8, 1, Number.NaN, 1]], code: "MALFORMED" },
  { what: "an item that lies about text", send: [READ, [2, 0, 8, 1, 99, "x".repeat(100)]], code: "MALFORMED" },
  { what: "an item that lies about bytes", send: [READ, [2, 0, 8, 1, 99, new Uint8Array(100)]], code: "MALFORMED" },
  { what: "an item that lies about numbers", send: [READ, [2, 0, 8, 1, 99, new Array(99).fill(0)]], code: "MALFORMED" },
  { what: "an item that lies about keys", send: [READ, [2, 0, 8, 1, 99, { ["k".repeat(99)]: 0 }]], code: "MALFORMED" },
  { what: "an item that lies about a bigint", send: [READ, [2, 0, 8, 1, 99, 2n ** 900n]], code: "MALFORMED" },
  { what: "a stream's error that is none", send: [READ, [2, 0, 10, 1, 5]], code: "MALFORMED" },
  { what: "negative credit", send: [ASKED, [2, 0, 11, 1, -1, 1]], code: "MALFORMED" },
  { what: "endless credit", send: [ASKED, [2, 0, 11, 1, 1, Number.POSITIVE_INFINITY]], code: "MALFORMED" },
  { what: "half an item's credit", send: [ASKED, [2, 0, 11, 1, 0.5, 1]], code: "MALFORMED" },
];

/** What a stranger says first. */
export const rudeness: readonly Offence[] = [
  { what: "DATA before HELLO", send: [call(1, [])], code: "MALFORMED" },
  { what: "a PING before HELLO", send: [[0, 4, 1]], code: "MALFORMED" },
  { what: "WELCOME", send: [[0, 3, HELLO]], code: "MALFORMED" },
  { what: "PROOF before HELLO", send: [[0, 8, { key: new Uint8Array(32) }]], code: "MALFORMED" },
  { what: "CHALLENGE", send: [[0, 7, { nonce: new Uint8Array(32) }]], code: "MALFORMED" },
  { what: "version 99", send: [[0, 2, { ...HELLO, version: 99 }]], code: "UNSUPPORTED_VERSION" },
  { what: "no version", send: [[0, 2, {}]], code: "UNSUPPORTED_VERSION" },
  { what: "a version that is a list", send: [[0, 2, { ...HELLO, version: [1] }]], code: "UNSUPPORTED_VERSION" },
  { what: "no fields", send: [[0, 2]], code: "MALFORMED" },
  { what: "a list of fields", send: [[0, 2, []]], code: "MALFORMED" },
  { what: "a session that is none", send: [[0, 2, { ...HELLO, resume: "s" }]], code: "MALFORMED" },
  { what: "a session without a number", send: [[0, 2, { ...HELLO, resume: { session: "s" } }]], code: "MALFORMED" },
  {
    what: "a session without a nonce",
    send: [[0, 2, { ...HELLO, nonce: new Uint8Array(5), resume: { session: "s", received: 0 } }]],
    code: "MALFORMED",
  },
  { what: "17 kB", send: [[0, 2, { ...HELLO, more: "x".repeat(17_000) }]], code: "MALFORMED" },
  { what: "17 kB of credentials", send: [[0, 2, { ...HELLO, credentials: "x".repeat(17_000) }]], code: "MALFORMED" },
  { what: "deep nonsense", send: [new Uint8Array(10_000).fill(0x81)], code: "LIMIT_EXCEEDED" },
  { what: "40 kB of array headers", send: [new Uint8Array(40_000).fill(0x81)], code: "MALFORMED" },
  { what: "40 kB of brackets", send: [new Uint8Array(40_000).fill(0x5b)], code: "MALFORMED" },
  { what: "10 kB of brackets", send: [new Uint8Array(10_000).fill(0x5b)], code: "LIMIT_EXCEEDED" },
  { what: "a HELLO of a huge size", send: [hex("83 00 02 bb00000000ffffffff")], code: "MALFORMED" },
  { what: "text", send: [new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")], code: "MALFORMED" },
];
