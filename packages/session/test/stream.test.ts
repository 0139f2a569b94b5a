import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { CodecName } from "../src/index.ts";
import { converse, failure } from "./fixture.ts";
import { asStream, count, readAll, watched } from "./stream-fixture.ts";
import { transports } from "./transports.ts";

async function* numbers(total: number): AsyncGenerator<number> {
  for (let number = 0; number < total; number += 1) yield number;
}

/** An iterable that is nothing but its `Symbol.asyncIterator`. */
function bare(total: number): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => numbers(total)[Symbol.asyncIterator]() };
}

const functions = {
  numbers,
  bare,
  readAll,
  web: (total: number) => ReadableStream.from(numbers(total)),
  readable: () => Readable.from(["a", "b", "c"]),
  isWeb: (value: unknown) => value instanceof ReadableStream,
  readWeb: async (stream: ReadableStream<unknown>) => {
    const items: unknown[] = [];
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return items;
      items.push(value);
    }
  },
};

const cases = transports.flatMap(({ name, create }) =>
  (["cbor", "json"] as const).map((codec: CodecName) => ({ name, codec, create })),
);

describe.each(cases)("a stream over $name in $codec", ({ create, codec }) => {
  const open = { codec };

  it("as a result arrives complete and in order", async () => {
    await using conversation = await converse({ transport: create(), functions, open });
    expect(await readAll(await conversation.client.call("numbers", [2_000]))).toStrictEqual(count(2_000));
    expect(await readAll(await conversation.client.call("numbers", [0]))).toStrictEqual([]);
    expect(conversation.client.stats().openStreams).toBe(0);
    expect(conversation.served.stats().openStreams).toBe(0);
  });

  it("as an argument arrives complete and in order", async () => {
    await using conversation = await converse({ transport: create(), functions, open });
    expect(await conversation.client.call("readAll", [numbers(2_000)])).toStrictEqual(count(2_000));
    expect(conversation.client.stats().openStreams).toBe(0);
    expect(conversation.served.stats().openStreams).toBe(0);
  });

  it("goes both ways at once through one call", async () => {
    async function* double(values: AsyncIterable<number>): AsyncGenerator<number> {
      for await (const value of values) yield value * 2;
    }
    // The call is answered before its argument is read: reading has to have begun by then.
    const begin = async (values: AsyncIterable<number>): Promise<AsyncGenerator<number>> => {
      const iterator = values[Symbol.asyncIterator]();
      const first = await iterator.next();
      return double(
        (async function* () {
          if (!first.done) yield first.value;
          for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
        })(),
      );
    };
    await using conversation = await converse({ transport: create(), functions: { begin }, open });
    const doubled = await readAll(await conversation.client.call("begin", [numbers(500)]));
    expect(doubled).toStrictEqual(count(500).map((number) => number * 2));
  });

  it("of the web arrives as one of the web, both ways", async () => {
    await using conversation = await converse({ transport: create(), functions, open });
    const { client } = conversation;
    const result = await client.call("web", [300]);
    expect(result).toBeInstanceOf(ReadableStream);
    if (!(result instanceof ReadableStream)) throw new TypeError("It is no web stream");
    expect(await functions.readWeb(result)).toStrictEqual(count(300));
    expect(await client.call("isWeb", [ReadableStream.from(numbers(1))])).toBe(true);
    expect(await client.call("readWeb", [ReadableStream.from(numbers(300))])).toStrictEqual(count(300));
  });

  it("of Node, and any object with Symbol.asyncIterator, crosses as a stream", async () => {
    await using conversation = await converse({ transport: create(), functions, open });
    const { client } = conversation;
    expect(await readAll(await client.call("readable", []))).toStrictEqual(["a", "b", "c"]);
    expect(await client.call("readAll", [Readable.from(["d"])])).toStrictEqual(["d"]);
    expect(await readAll(await client.call("bare", [3]))).toStrictEqual([0, 1, 2]);
    expect(await client.call("readAll", [bare(3)])).toStrictEqual([0, 1, 2]);
  });

  it("carries every kind of value", async () => {
    const plain = [undefined, null, true, "", "é😀", -0, Number.NaN, 2n ** 70n, new Date(0), [], {}, [undefined, 0]];
    const rich = [
      new Map([[1, new Set(["x"])]]),
      new Uint8Array([1, 2]),
      new Float64Array(2_000),
      { a: [{ b: null }] },
    ];
    const values = [...plain, ...rich, new RangeError("as an item", { cause: "of others" })];
    const functions = { values: () => watched((index) => values[index], values.length).items };
    await using conversation = await converse({ transport: create(), functions, open });
    expect(await readAll(await conversation.client.call("values", []))).toStrictEqual(values);
  });

  it("stands anywhere within a value, and within another stream", async () => {
    async function* streams(): AsyncGenerator<{ readonly inner: AsyncIterable<number> }> {
      for (let length = 1; length <= 3; length += 1) yield { inner: numbers(length) };
    }
    const functions = {
      nested: () => ({ list: [numbers(2), new Map([["key", numbers(1)]])], streams: streams() }),
      total: async (...lists: AsyncIterable<number>[][]) =>
        (await Promise.all(lists.flat().map(readAll))).flat().length,
    };
    await using conversation = await converse({ transport: create(), functions, open });
    const nested = Object(await conversation.client.call("nested", []));
    expect(await readAll(nested.list[0])).toStrictEqual([0, 1]);
    expect(await readAll(nested.list[1].get("key"))).toStrictEqual([0]);
    const inner: unknown[] = [];
    for await (const item of asStream(nested.streams)) inner.push(await readAll(Object(item).inner));
    expect(inner).toStrictEqual([[0], [0, 1], [0, 1, 2]]);
    expect(await conversation.client.call("total", [[numbers(2), numbers(3)], [numbers(4)]])).toBe(9);
  });

  it("answers several next() at once, in order", async () => {
    await using conversation = await converse({ transport: create(), functions, open });
    const stream = asStream(await conversation.client.call("numbers", [3]));
    const results = await Promise.all(count(5).map(() => stream.next()));
    const done = { value: undefined, done: true };
    const values = [0, 1, 2].map((value) => ({ value, done: false }));
    expect(results).toStrictEqual([...values, done, done]);
    expect(await stream.next()).toStrictEqual(done);
  });

  it("hands an error on after the items before it, and once", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw new RangeError("in the middle");
    }
    await using conversation = await converse({ transport: create(), functions: { failing }, open });
    const stream = asStream(await conversation.client.call("failing", []));
    expect((await stream.next()).value).toBe(1);
    expect((await stream.next()).value).toBe(2);
    const error = await failure(stream.next());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("in the middle");
    expect(await stream.next()).toStrictEqual({ value: undefined, done: true });
  });

  it("of the web fails as the other end's did", async () => {
    const failing = (): ReadableStream<number> =>
      new ReadableStream({
        pull(controller) {
          controller.error(new RangeError("web"));
        },
      });
    await using conversation = await converse({ transport: create(), functions: { failing }, open });
    const stream = await conversation.client.call("failing", []);
    if (!(stream instanceof ReadableStream)) throw new TypeError("It is no web stream");
    expect(await failure(stream.getReader().read())).toMatchObject({ name: "RangeError", message: "web" });
  });

  it("ends with NOT_SERIALIZABLE at an item that does not cross, and its source's finally runs", async () => {
    const source = watched((index) => (index < 2 ? index : { path: [Symbol("no")] }));
    await using conversation = await converse({ transport: create(), functions: { source: () => source.items }, open });
    const stream = asStream(await conversation.client.call("source", []));
    expect([(await stream.next()).value, (await stream.next()).value]).toStrictEqual([0, 1]);
    const error = await failure(stream.next());
    expect(error).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(error.message).toMatch(/path/);
    await source.ended;
    expect(conversation.served.stats().openStreams).toBe(0);
  });
});
