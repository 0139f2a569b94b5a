import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SessionError } from "../src/errors.ts";
import { MAX_LONG_BIGINTS } from "../src/guard.ts";
import { createJsonCodec } from "../src/json-codec.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { Packer } from "../src/packer.ts";
import { HOSTILE_RUNS } from "./hostile-runs.ts";
import { anyValue } from "./values.ts";

const json = createJsonCodec();

/** Decodes and returns the code of the refusal; anything but a SessionError is a failure. */
function refusal(message: string | Uint8Array, limits = DEFAULT_LIMITS): string | undefined {
  return refusalError(message, limits)?.code;
}

function refusalError(message: string | Uint8Array, limits = DEFAULT_LIMITS): SessionError | undefined {
  try {
    json.decode(typeof message === "string" ? new TextEncoder().encode(message) : message, limits);
    return undefined;
  } catch (error) {
    if (error instanceof SessionError) return error;
    throw error;
  }
}

describe("the JSON codec refuses", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["a text that ends early", '[1,"a'],
    ["two texts", "[1][2]"],
    ["a message that is no array", '{"a":1}'],
    ["a message that is an escape", '{"$set":[1]}'],
    ["a byte order mark", "\ufeff[1]"],
    ["an escape nobody knows", '[{"$regexp":"a"}]'],
    ["a tag of CBOR that is not the session's own", '[{"$27":["Error","m"]}]'],
    ["a tag below the session's own", '[{"$40599":0}]'],
    ["a tag above the session's own", '[{"$40616":0}]'],
    ["a tag that is written in another way", '[{"$040600":0}]'],
    ["a constant nobody knows", '[{"$":"Pi"}]'],
    ["a constant that is no text", '[{"$":["NaN"]}]'],
    ["an escape beside a key", '[{"$date":1,"a":2}]'],
    ["an escape behind a key", '[{"a":2,"$date":1}]'],
    ["an escape inside another key's second mark", '[{"$$a":1,"$":"NaN"}]'],
    ["a bigint that is a number", '[{"$bigint":5}]'],
    ["a bigint in hexadecimal", '[{"$bigint":"0x10"}]'],
    ["a bigint with spaces", '[{"$bigint":" 1"}]'],
    ["a bigint without digits", '[{"$bigint":""}]'],
    ["a bigint of negative zero", '[{"$bigint":"-0"}]'],
    ["a date in words", '[{"$date":"2020-01-01"}]'],
    ["a date with a fraction", '[{"$date":0.5}]'],
    ["a date beyond the last", '[{"$date":8640000000000001}]'],
    ["a map that is no array", '[{"$map":{}}]'],
    ["a map with a key and no value", '[{"$map":[1]}]'],
    ["a set that is no array", '[{"$set":"ab"}]'],
    ["bytes that are no text", '[{"$bytes":[1]}]'],
    ["bytes with a character that is no digit", '[{"$bytes":"AQ*="}]'],
    ["bytes with a character beyond ASCII", '[{"$bytes":"AQé="}]'],
    ["bytes without padding", '[{"$bytes":"AQ"}]'],
    ["bytes with padding inside", '[{"$bytes":"A===AQ=="}]'],
    ["bytes of padding", '[{"$bytes":"===="}]'],
    ["half an element", '[{"$Int16Array":"AQ=="}]'],
    ["a typed array by the wrong name", '[{"$Uint8Array":"AQ=="}]'],
    ["a typed array that is not one", '[{"$Object":"AQ=="}]'],
    ["a key __proto__", '[{"__proto__":{"polluted":true}}]'],
    ["a key __proto__ with escapes", '[{"\\u005f_proto__":{"polluted":true}}]'],
    ["a key __proto__ among others", '[{"a":1,"__proto__":1}]'],
    ["half of an escaped surrogate pair", '["\\ud8"]'],
    ["an escape that would swallow the end of its string", '["\\ud8",1]'],
  ])("%s as MALFORMED", (_, message) => {
    expect(refusal(message)).toBe("MALFORMED");
  });

  it("bytes that are not UTF-8 as MALFORMED", () => {
    expect(refusal(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d))).toBe("MALFORMED");
    expect(refusal(Uint8Array.of(0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d))).toBe("MALFORMED");
  });

  it("integers beyond 1,024 bytes, before they are converted", () => {
    expect(refusal(`[{"$bigint":"${"9".repeat(2_466)}"}]`)).toBeUndefined();
    const error = refusalError(`[{"$bigint":"${"9".repeat(5_000_000)}"}]`);
    expect(error?.code).toBe("LIMIT_EXCEEDED");
    expect(error?.message).toContain("bigint bytes");
  });

  it("a Set or Map in which the engine would take far too long to find each integer", () => {
    const colliding = (count: number) => Array.from({ length: count }, (_, index) => (BigInt(index + 1) << 64n) + 1n);
    const short = Array.from({ length: 5_000 }, (_, index) => BigInt(index) << 32n);
    for (const accepted of [colliding(MAX_LONG_BIGINTS), short]) {
      expect(refusal(json.encode([new Set(accepted)]))).toBeUndefined();
    }
    const many = colliding(MAX_LONG_BIGINTS + 1);
    for (const refused of [many, many.map((member) => -member)]) {
      expect(refusal(json.encode([new Set(refused)]))).toBe("LIMIT_EXCEEDED");
      expect(refusal(json.encode([new Map(refused.map((member) => [member, 0]))]))).toBe("LIMIT_EXCEEDED");
      expect(refusal(json.encode([new Map(refused.map((member) => [String(member), member]))]))).toBeUndefined();
      expect(refusal(json.encode([refused]))).toBeUndefined();
    }
  });

  it("nesting beyond maxDepth, before it is parsed", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['{"$40601":', "}"],
    ] as const) {
      const error = refusalError(`[${open.repeat(1_000_000)}1${close.repeat(1_000_000)}]`);
      expect(error?.code).toBe("LIMIT_EXCEEDED");
      expect(error?.message).toContain("maxDepth, 100");
    }
    expect(refusal(`${"[".repeat(204)}${"]".repeat(204)}`)).toBeUndefined();
    expect(refusal(`${"[".repeat(205)}${"]".repeat(205)}`)).toBe("LIMIT_EXCEEDED");
  });

  it("more items than maxItems, and counts them as CBOR does", () => {
    const limits = { ...DEFAULT_LIMITS, maxItems: 7 };
    const messages: readonly [string, string][] = [
      ["[1,2,3,4,5,6]", "[1,2,3,4,5,6,7]"],
      ['[{},[],"",null,-1e5,true]', '[{},[],"",null,-1e5,true,"["]'],
      ['[{"a":1,"b":2},"$a"]', '[{"a":1,"b":2},0,"$"]'],
      ['[{"$$a":1,"b":2},5]', '[{"$$a":1,"b":2},5,6]'],
      ['[{"$":"NaN"},{"$":"NaN"},3,4,5,6]', '[{"$":"NaN"},{"$":"NaN"},3,4,5,6,7]'],
      ['[{"$map":[1,2,3,4]},7]', '[{"$map":[1,2,3,4]},7,8]'],
    ];
    for (const [accepted, refused] of messages) {
      expect(refusal(accepted, limits)).toBeUndefined();
      expect(refusal(refused, limits)).toBe("LIMIT_EXCEEDED");
    }
    expect(refusalError("[1,2,3,4,5,6,7]", limits)?.message).toContain("maxItems, 7");
  });

  it("escapes that would make items free", () => {
    const limits = { ...DEFAULT_LIMITS, maxItems: 100 };
    const keys = Array.from({ length: 100 }, (_, index) => `"$${index}":0`);
    expect(refusal(`[{${keys.join(",")}}]`, limits)).toBe("LIMIT_EXCEEDED");
    const nested = `${'{"$":'.repeat(150)}0${"}".repeat(150)}`;
    expect(refusal(`[${nested}]`, limits)).toBe("LIMIT_EXCEEDED");
  });
});

describe("hostile JSON", () => {
  it("pollutes nothing", () => {
    refusal('[{"__proto__":{"polluted":true}},{"constructor":{"prototype":{"polluted":true}}}]');
    refusal('[{"$map":["__proto__",{"polluted":true}]}]');
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("costs time in proportion to its length", () => {
    const count = 100_000;
    const numbers = Array.from({ length: count }, (_, index) => index);
    const hostile = {
      "integers that a Set finds by the same bits": `[{"$set":[${numbers.map((n) => `{"$bigint":"${(BigInt(n) << 64n) + 1n}"}`)}]}]`,
      "negative ones as keys of a Map": `[{"$map":[${numbers.map((n) => `{"$bigint":"${-(BigInt(n) << 64n) - 1n}"},0`)}]}]`,
      "the longest integers": `[${numbers.slice(0, 4_000).map(() => `{"$bigint":"${"9".repeat(2_466)}"}`)}]`,
      "halves of pairs": `["${"\\ud800".repeat(count * 5)}"]`,
      "backslashes to the end": `["${"\\\\".repeat(count * 10)}`,
      "a string that does not end": `["${"a".repeat(count * 50)}`,
      "a number without end": `[${"1".repeat(count * 50)}]`,
      "one key many times": `[{${numbers.map(() => '"a":1')}}]`,
      "many keys": `[{${numbers.map((n) => `"$$${n}":1`)}}]`,
      blanks: `[${" ".repeat(count * 50)}]`,
      colons: `[${":".repeat(count * 50)}]`,
      "openings of escapes": `[${'{"$a":'.repeat(count)}`,
    };
    for (const [name, message] of Object.entries(hostile)) {
      const started = performance.now();
      refusal(message);
      // What grows with the square of these lengths takes minutes.
      expect(performance.now() - started, name).toBeLessThan(5_000);
    }
  });

  it("is refused with a SessionError or read, whatever it is", () => {
    const property = fc.property(mutated(), (bytes) => {
      const code = refusal(bytes, { ...DEFAULT_LIMITS, maxDepth: 20, maxItems: 500 });
      expect([undefined, "MALFORMED", "LIMIT_EXCEEDED"]).toContain(code);
    });
    fc.assert(property, { numRuns: HOSTILE_RUNS["changed JSON to the decoder"] });
  });

  it("is refused with a SessionError or read when it is JSON", () => {
    const key = fc.constantFrom("$", "$$", "$map", "$set", "$date", "$bigint", "$bytes", "$Int16Array", "$40603", "a");
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, "NaN", "undefined", "12", "-1", "AQ==", 5, 0.5, -1),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 2, minKeys: 1 }),
      ),
    })).value;
    const property = fc.property(value, (tree) => {
      expect([undefined, "MALFORMED"]).toContain(refusal(JSON.stringify([tree])));
    });
    fc.assert(property, { numRuns: HOSTILE_RUNS["nonsense in JSON to the decoder"] });
  });
});

/** Messages of any values, with a few bytes replaced, removed or put in. */
function mutated(): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 4 }),
    insert: fc.oneof(
      fc.constantFrom("[", "]", "{", "}", '"', ",", ":", "\\", "$", '{"$":', '"$":', "\\ud8", "-", "0", "__proto__"),
      fc.string({ maxLength: 3 }),
    ),
    byte: fc.option(fc.nat({ max: 255 })),
  });
  return fc.tuple(anyValue, fc.array(change, { minLength: 1, maxLength: 4 })).map(([value, changes]) => {
    const packer = new Packer({ limits: DEFAULT_LIMITS, showStack: false, codec: json });
    const bytes = [...json.encode([1, 0, 3, 1, packer.pack(value)])];
    for (const { at, remove, insert, byte } of changes) {
      const inserted = byte === null ? [...new TextEncoder().encode(insert)] : [byte];
      bytes.splice(at % (bytes.length + 1), remove, ...inserted);
    }
    return Uint8Array.from(bytes);
  });
}
