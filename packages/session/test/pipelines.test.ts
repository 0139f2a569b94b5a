import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Conversation, converse, until } from "./fixture.ts";
import { sized } from "./size.ts";
import { anyValue, values } from "./values.ts";

async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

async function* doubled(numbers: AsyncIterable<number>): AsyncGenerator<number, void, undefined> {
  for await (const number of numbers) yield number * 2;
}

async function collect(stream: unknown): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream as AsyncIterable<unknown>) items.push(item);
  return items;
}

describe("a stream among the arguments", () => {
  const functions = {
    doubled,
    doubledLater: async (numbers: AsyncIterable<number>) => ({ numbers: doubled(numbers) }),
  };

  it("may be read after the answer by what the answer streams", async () => {
    await using conversation = await converse({ functions });
    const { client } = conversation;
    expect(await collect(await client.call("doubled", [streamOf([1, 2, 3])]))).toStrictEqual([2, 4, 6]);
    const later = (await client.call("doubledLater", [streamOf([4])])) as { readonly numbers: unknown };
    expect(await collect(later.numbers)).toStrictEqual([8]);
    await until(() => client.stats().openStreams === 0 && conversation.served.stats().openStreams === 0);
  });

  it("may be the answer", async () => {
    await using conversation = await converse();
    expect(await collect(await conversation.client.call("echo", [streamOf(["a", "b"])]))).toStrictEqual(["a", "b"]);
  });

  it("is stopped when the answer has no streams in it and nobody began to read", async () => {
    let stopped = false;
    async function* watched(): AsyncGenerator<number, void, undefined> {
      try {
        yield 1;
      } finally {
        stopped = true;
      }
    }
    await using conversation = await converse({ functions: { ignore: () => [1] } });
    await conversation.client.call("ignore", [watched()]);
    await until(() => conversation.client.stats().openStreams === 0);
    // It was never asked for anything, so that it had nothing to clean up.
    expect(stopped).toBe(false);
  });
});

describe.each(["cbor", "json"] as const)("items of streams in %s", (codec) => {
  async function passed(conversation: Conversation, items: readonly unknown[]): Promise<unknown[]> {
    return await collect(await conversation.client.call("echo", [streamOf(items)]));
  }

  it("are of a size that both ends agree on, whatever they are", async () => {
    await using conversation = await converse({ open: { codec } });
    const expected = values.map(({ value, ...rest }) => ("arrives" in rest ? rest.arrives : value));
    const items = values.map(({ value }) => value);
    expect(await passed(conversation, items)).toStrictEqual(expected);
    const property = fc.asyncProperty(fc.array(anyValue, { maxLength: 5 }), async (any) => {
      expect(await passed(conversation, any)).toStrictEqual(any);
    });
    await fc.assert(property, { numRuns: sized(300, 10_000) });
  });

  it("are let through whatever a character takes", async () => {
    const limits = { streamBytes: 10_000 };
    await using conversation = await converse({ open: { codec, limits }, serve: { limits } });
    for (const text of ["x", "\u0001", "é", "漢", "\ud800x"]) {
      const items = Array.from({ length: 20 }, (_, index) => text.repeat(index * 100));
      const expected = items.map((item) => item.replaceAll("\ud800", "\ufffd"));
      expect(await passed(conversation, items)).toStrictEqual(expected);
    }
  });

  it("may be errors, and streams themselves", async () => {
    await using conversation = await converse({ open: { codec } });
    const inner = streamOf([1, 2]);
    const [error, stream] = await passed(conversation, [new RangeError("no"), inner]);
    expect(error).toBeInstanceOf(RangeError);
    expect(await collect(stream)).toStrictEqual([1, 2]);
  });
});
