import { memory } from "@fourwire/transport/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME_BYTES } from "../src/index.ts";
import { converse } from "./fixture.ts";
import { sized } from "./size.ts";
import { transports } from "./transports.ts";
import { anyValue, values } from "./values.ts";

describe.each(transports)("values over $name", ({ create }) => {
  it("arrive as what they were, as arguments and as results", async () => {
    const received: unknown[] = [];
    const functions = {
      keep: (value: unknown) => {
        received.push(value);
        return value;
      },
    };
    await using conversation = await converse({ transport: create(), functions });
    for (const { name, value, ...rest } of values) {
      const expected = "arrives" in rest ? rest.arrives : value;
      const result = await conversation.client.call("keep", [value]);
      expect(received.at(-1), `${name}, as an argument`).toStrictEqual(expected);
      expect(result, `${name}, as a result`).toStrictEqual(expected);
    }
  });

  it("arrive when the server calls the client", async () => {
    const open = {
      handler: () => ({ call: (_: unknown, [value]: readonly unknown[]) => value, notify: () => undefined }),
    };
    await using conversation = await converse({ transport: create(), open });
    for (const { value, ...rest } of values) {
      const expected = "arrives" in rest ? rest.arrives : value;
      expect(await conversation.served.call("", [value])).toStrictEqual(expected);
    }
  });

  it("arrive in any combination", async () => {
    await using conversation = await converse({ transport: create() });
    const property = fc.asyncProperty(anyValue, async (value) => {
      expect(await conversation.client.call("echo", [value])).toStrictEqual(value);
    });
    await fc.assert(property, { numRuns: sized(150, 20_000) });
  });

  it("arrive together, many in one message, each at its own call", async () => {
    await using conversation = await converse({ transport: create() });
    const calls = values.map(({ value }) => conversation.client.call("echo", [value]));
    const expected = values.map(({ value, ...rest }) => ("arrives" in rest ? rest.arrives : value));
    expect(await Promise.all(calls)).toStrictEqual(expected);
  });
});

describe("a value", () => {
  it("is packed when the call is made: changing it afterwards changes nothing, bytes of 8 KiB and more apart", async () => {
    await using conversation = await converse();
    const inner = { a: 1 };
    const list = [1, 2];
    const map = new Map([["k", inner]]);
    const small = new Uint8Array([1, 2, 3]);
    const large = new Uint8Array(FRAME_BYTES);
    const date = new Date(5);
    const answer = conversation.client.call("echo", [[inner, list, map, small, large, date]]);
    inner.a = 2;
    list.push(3);
    map.set("other", inner);
    small.fill(9);
    large.fill(9);
    date.setTime(6);
    expect(await answer).toStrictEqual([
      { a: 1 },
      [1, 2],
      new Map([["k", { a: 1 }]]),
      new Uint8Array([1, 2, 3]),
      // Not copied: whoever hands it over leaves it alone until the answer is there.
      new Uint8Array(FRAME_BYTES).fill(9),
      new Date(5),
    ]);
  });

  it("is the receiver's own: changing a result changes nothing at the other end", async () => {
    const kept = { list: [1], bytes: new Uint8Array(10_000) };
    await using conversation = await converse({ functions: { read: () => kept } });
    const first = (await conversation.client.call("read", [])) as typeof kept;
    first.list.push(2);
    first.bytes.fill(9);
    expect(await conversation.client.call("read", [])).toStrictEqual({ list: [1], bytes: new Uint8Array(10_000) });
  });

  it("may be a Buffer, which arrives as a plain Uint8Array", async () => {
    await using conversation = await converse();
    for (const bytes of [10, 10_000]) {
      const result = await conversation.client.call("echo", [Buffer.alloc(bytes)]);
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
    }
  });

  it("may be a subclass of an array, a Map, a Set or a Date, which arrives as that", async () => {
    class List extends Array<number> {}
    class Table extends Map<string, number> {}
    await using conversation = await converse();
    const result = await conversation.client.call("echo", [[List.of(1, 2), new Table([["a", 1]])]]);
    expect(result).toStrictEqual([[1, 2], new Map([["a", 1]])]);
  });

  it("arrives as a copy for each call, of large bytes as well", async () => {
    const seen: Uint8Array[] = [];
    await using conversation = await converse({
      transport: memory(),
      functions: {
        keep: (bytes: Uint8Array) => {
          seen.push(bytes);
        },
      },
    });
    const bytes = new Uint8Array(20_000).fill(1);
    await conversation.client.call("keep", [bytes]);
    bytes.fill(2);
    await conversation.client.call("keep", [bytes]);
    expect(seen.map((each) => each[0])).toStrictEqual([1, 2]);
  });
});
