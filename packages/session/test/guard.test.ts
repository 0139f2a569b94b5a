import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCborCodec } from "../src/codec.ts";
import { MAX_BIGINT_BYTES, MAX_LONG_BIGINTS, scan } from "../src/guard.ts";
import { DEFAULT_LIMITS } from "../src/index.ts";
import { HOSTILE_RUNS } from "./hostile-runs.ts";
import { sized } from "./size.ts";
import { anyValue } from "./values.ts";

const codec = createCborCodec();
const LIMITS = { maxDepth: 10, maxItems: 50 };

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

function repeat(hex: string, count: number, end = ""): string {
  return hex.repeat(count) + end;
}

/** Returns the code of the error that a scan ends with, or what it says. */
function verdict(input: Uint8Array, limits = LIMITS): unknown {
  try {
    return scan(input, limits);
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

const refused: readonly { what: string; hex: string; code: string }[] = [
  { what: "nothing", hex: "", code: "MALFORMED" },
  { what: "a truncated array", hex: "82 01", code: "MALFORMED" },
  { what: "a truncated number", hex: "19 01", code: "MALFORMED" },
  { what: "a truncated string", hex: "63 6161", code: "MALFORMED" },
  { what: "two items", hex: "01 02", code: "MALFORMED" },
  { what: "an array as long as memory", hex: "9b ffffffffffffffff", code: "MALFORMED" },
  { what: "a map as long as memory", hex: "bb 7fffffffffffffff", code: "MALFORMED" },
  { what: "bytes as long as memory", hex: "5b ffffffffffffffff", code: "MALFORMED" },
  { what: "text as long as memory", hex: "7a ffffffff", code: "MALFORMED" },
  { what: "an array longer than its bytes", hex: "84 01 02 03", code: "MALFORMED" },
  { what: "an array without an end", hex: "9f 01 ff", code: "MALFORMED" },
  { what: "bytes without an end", hex: "5f 41 01 ff", code: "MALFORMED" },
  { what: "a break on its own", hex: "ff", code: "MALFORMED" },
  { what: "a reserved length", hex: "1c", code: "MALFORMED" },
  { what: "an unknown simple value", hex: "f0", code: "MALFORMED" },
  { what: "a simple value of two bytes", hex: "f8 20", code: "MALFORMED" },
  { what: "a record definition", hex: "d9 dfff 83 00 01 02", code: "MALFORMED" },
  { what: "a shared reference", hex: "d8 1d 00", code: "MALFORMED" },
  { what: "a regular expression", hex: "d9 5252 82 61 61 60", code: "MALFORMED" },
  { what: "an unknown tag", hex: "d9 9e97 00", code: "MALFORMED" },
  { what: "a date that is a list", hex: "c1 81 00", code: "MALFORMED" },
  { what: "a bigint that is text", hex: "c2 61 61", code: "MALFORMED" },
  { what: "a typed array that is a list", hex: "d8 40 81 00", code: "MALFORMED" },
  { what: "a set that is a map", hex: "d9 0102 a0", code: "MALFORMED" },
  { what: "a map that is a list", hex: "d9 0103 80", code: "MALFORMED" },
  { what: "a tag on a tag", hex: "c1 c1 00", code: "MALFORMED" },
  { what: "too many levels", hex: repeat("81", 40, "00"), code: "LIMIT_EXCEEDED" },
  { what: "too many levels of maps", hex: repeat("a100", 40, "00"), code: "LIMIT_EXCEEDED" },
  { what: "too many levels of tags", hex: repeat("d99e98", 40, "00"), code: "LIMIT_EXCEEDED" },
  { what: "40 kB of array headers", hex: repeat("81", 40_000), code: "LIMIT_EXCEEDED" },
  { what: "40 kB of nested arrays of two", hex: repeat("82", 20_000) + repeat("00", 20_001), code: "LIMIT_EXCEEDED" },
  { what: "too many items", hex: `98 40 ${repeat("00", 64)}`, code: "LIMIT_EXCEEDED" },
  { what: "a long bigint", hex: `c2 59 0401 ${repeat("ff", MAX_BIGINT_BYTES + 1)}`, code: "LIMIT_EXCEEDED" },
  { what: "a long negative bigint", hex: `81 c3 5a 00001000 ${repeat("ff", 4096)}`, code: "LIMIT_EXCEEDED" },
];

const accepted: readonly { what: string; hex: string; tagged: boolean }[] = [
  { what: "an array", hex: "83 01 02 03", tagged: false },
  { what: "a bigint of the largest size", hex: `c2 59 0400 ${repeat("ff", MAX_BIGINT_BYTES)}`, tagged: false },
  { what: "long bytes that are no bigint", hex: `82 c2 41 01 59 0800 ${repeat("ff", 2048)}`, tagged: false },
  { what: "half and single precision", hex: "82 f9 3c00 fa 3f800000", tagged: false },
  { what: "negative zero", hex: "81 d9 9e98 00", tagged: true },
  { what: "every simple value", hex: "84 f4 f5 f6 f7", tagged: false },
];

/** So many integers beyond 64 bits that end alike, each with something before and behind it. */
function longBigints(count: number, before = "", behind = ""): string {
  const all = Array.from({ length: count }, (_, index) => `${before} c2 4a ${hex16(index + 1)} 0000000000000001`);
  return all.map((each) => each + behind).join("");
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}

describe("integers that a Set or a Map finds by their lowest 64 bits only", () => {
  const most = hex16(MAX_LONG_BIGINTS);
  const more = hex16(MAX_LONG_BIGINTS + 1);
  const many = MAX_LONG_BIGINTS + 1;
  const limits = { maxDepth: 10, maxItems: 100_000 };

  it.each([
    { what: "a Set", hex: `d9 0102 99 ${more} ${longBigints(many)}` },
    { what: "negative ones in a Set", hex: `d9 0102 99 ${more} ${longBigints(many).replaceAll("c2", "c3")}` },
    { what: "a Map's keys", hex: `d9 0103 b9 ${more} ${longBigints(many, "", "00")}` },
    { what: "a Set within a Set", hex: `d9 0102 82 00 d9 0102 99 ${more} ${longBigints(many)}` },
  ])("are refused where there are many: $what", ({ hex }) => {
    expect(verdict(bytes(hex), limits)).toBe("LIMIT_EXCEEDED");
    expect(() => scan(bytes(hex), limits)).toThrow(/long bigints in one Set or Map, 256/);
  });

  it.each([
    { what: "in a Set", hex: `d9 0102 99 ${most} ${longBigints(MAX_LONG_BIGINTS)}` },
    { what: "in each of two Sets", hex: `82 ${repeat(`d9 0102 99 ${most} ${longBigints(MAX_LONG_BIGINTS)}`, 2)}` },
    { what: "a Map's values", hex: `d9 0103 b9 ${more} ${longBigints(many, "00")}` },
    { what: "members of an array in a Set", hex: `d9 0102 81 99 ${more} ${longBigints(many)}` },
    { what: "short ones", hex: `d9 0102 99 ${more} ${repeat("c2 48 00000000000000ff", many)}` },
  ])("are accepted otherwise: $what", ({ hex }) => {
    expect(verdict(bytes(hex), limits)).toBe(false);
  });

  it("are found in a time of the order of the message's length", () => {
    const set = `d9 0102 99 ${most} ${longBigints(MAX_LONG_BIGINTS)}`;
    const message = bytes(`98 c8 ${repeat(set, 200)}`);
    const start = performance.now();
    codec.decode(message, { maxDepth: 10, maxItems: 1_000_000 });
    // Without the bound, as many in one Set took 10 s.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("the scan of received bytes", () => {
  it.each(refused)("refuses $what", ({ hex, code }) => {
    expect(verdict(bytes(hex))).toBe(code);
  });

  it.each(accepted)("accepts $what", ({ hex, tagged }) => {
    expect(verdict(bytes(hex))).toBe(tagged);
  });

  it("names the limit that was exceeded", () => {
    expect(() => scan(bytes(repeat("81", 100)), LIMITS)).toThrow(/maxDepth, 10/);
    expect(() => scan(bytes(`98 40 ${repeat("00", 64)}`), LIMITS)).toThrow(/maxItems, 50/);
  });

  it("is quick whatever it is given", () => {
    const start = performance.now();
    for (const head of ["81", "a1", "9b", "c2", "d99e98", "00", "ff"]) {
      verdict(bytes(repeat(head, 400_000 / head.length)), DEFAULT_LIMITS);
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it("accepts whatever the codec writes", () => {
    const property = fc.property(fc.array(anyValue), (values) => {
      const withoutBigKinds = values.filter((value) => typeof value !== "object");
      expect(verdict(codec.encode(withoutBigKinds), DEFAULT_LIMITS)).toBe(false);
    });
    fc.assert(property, { numRuns: sized(200, 10_000) });
  });

  it("lets nothing pass that the decoder cannot take in a time of the order of its length", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
      if (verdict(input, DEFAULT_LIMITS) !== false) return;
      try {
        codec.decode(input, DEFAULT_LIMITS);
      } catch (error) {
        expect(error).toMatchObject({ code: "MALFORMED" });
      }
    });
    fc.assert(property, { numRuns: HOSTILE_RUNS["bytes to the scan"] });
  });
});
