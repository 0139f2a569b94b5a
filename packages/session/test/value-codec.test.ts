import { describe, expect, it } from "vitest";
import { createValueCodec } from "../src/index.ts";
import { values } from "./values.ts";

describe.each(["cbor", "json"] as const)("a value codec in %s", (codec) => {
  it("carries what a session carries", () => {
    const { encode, decode } = createValueCodec({ codec });
    for (const { name, value, ...rest } of values) {
      const frames = encode(value).map((frame) => new Uint8Array(frame));
      expect(decode(frames), name).toStrictEqual("arrives" in rest ? rest.arrives : value);
    }
  });

  it("carries errors, large bytes within them and after them", () => {
    const { encode, decode } = createValueCodec({ codec });
    const bytes = new Uint8Array(10_000).fill(7);
    const frames = encode([new RangeError("too far"), bytes]);
    expect(frames.length).toBe(2);
    const decoded = decode(frames);
    expect(decoded).toMatchObject([{ message: "too far" }, bytes]);
    expect(Array.isArray(decoded) && decoded[0]).toBeInstanceOf(RangeError);
  });

  it("refuses what belongs to a call", () => {
    const { encode } = createValueCodec({ codec });
    const { signal } = new AbortController();
    const stream = (async function* () {
      yield 1;
    })();
    for (const value of [signal, stream, () => 1]) {
      expect(() => encode({ value })).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
    }
  });

  it("refuses bytes that are no value", () => {
    const { decode } = createValueCodec({ codec });
    for (const frames of [
      [],
      [new Uint8Array([1])],
      [new TextEncoder().encode("[1,2]")],
      [new Uint8Array([0x82, 1, 2])],
    ]) {
      expect(() => decode(frames)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
    }
  });

  it("keeps its limits, and goes on after a refusal", () => {
    const { encode, decode } = createValueCodec({ codec, limits: { maxDepth: 3 } });
    expect(() => encode([[[[[1]]]]])).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED" }));
    expect(decode(encode([[1]]))).toEqual([[1]]);
  });
});
