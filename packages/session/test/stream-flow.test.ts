import { Readable } from "node:stream";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { openSession, type Session } from "../src/index.ts";
import { converse, deferred, failure, turns, until } from "./fixture.ts";
import { asStream, count, readAll, watched } from "./stream-fixture.ts";
import { transports } from "./transports.ts";

const MIB = 1024 * 1024;

/** Waits until nothing more is produced: the count stays the same over many round trips. */
async function settledCount(client: Session, produced: () => number): Promise<number> {
  for (let last = -1; last !== produced(); ) {
    last = produced();
    for (let trip = 0; trip < 5; trip += 1) await client.ping();
    await turns();
  }
  return produced();
}

describe.each(transports)("back-pressure over $name", ({ create }) => {
  it("leaves a stream alone before its first item is asked for", async () => {
    const source = watched((index) => index);
    await using conversation = await converse({ transport: create(), functions: { source: () => source.items } });
    const stream = asStream(await conversation.client.call("source", []));
    expect(await settledCount(conversation.client, source.produced)).toBe(0);
    await stream.next();
    expect(source.produced()).toBeGreaterThan(0);
  });

  it("stops a source when its reader has limits.streamItems unread, and goes on when they are read", async () => {
    const source = watched((index) => index);
    const open = { limits: { streamItems: 20 } };
    await using conversation = await converse({ transport: create(), open, functions: { source: () => source.items } });
    const { client } = conversation;
    const stream = asStream(await client.call("source", []));
    await stream.next();
    const ahead = await settledCount(client, source.produced);
    expect(ahead).toBeGreaterThanOrEqual(20);
    expect(ahead).toBeLessThanOrEqual(22);
    for (let item = 1; item < 100; item += 1) expect((await stream.next()).value).toBe(item);
    expect(await settledCount(client, source.produced)).toBeLessThanOrEqual(100 + 22);
  });

  it("stops a source when its reader has limits.streamBytes unread", async () => {
    const source = watched(() => new Uint8Array(10_000));
    const serve = { limits: { streamBytes: 100_000 } };
    const held = deferred();
    const hold = async (stream: AsyncIterator<unknown>): Promise<void> => {
      await stream.next();
      await held.promise;
    };
    await using conversation = await converse({ transport: create(), serve, functions: { hold } });
    const { client } = conversation;
    const call = client.call("hold", [source.items]);
    await until(() => source.produced() > 0);
    const ahead = await settledCount(client, source.produced);
    expect(ahead).toBeGreaterThanOrEqual(10);
    expect(ahead).toBeLessThanOrEqual(14);
    held.resolve();
    await call;
    await client.close();
    await source.ended;
  });

  it("lets an item larger than limits.streamBytes through", async () => {
    const source = watched((index) => new Uint8Array(50_000).fill(index), 4);
    const open = { limits: { streamBytes: 1_000 } };
    await using conversation = await converse({ transport: create(), open, functions: { source: () => source.items } });
    const items = await readAll(await conversation.client.call("source", []));
    expect(items.map((item) => item instanceof Uint8Array && item[0])).toStrictEqual([0, 1, 2, 3]);
  });

  it("reaches a Node stream", async () => {
    let read = 0;
    const readable = (): Readable =>
      new Readable({
        objectMode: true,
        highWaterMark: 1,
        read() {
          read += 1;
          this.push(read);
        },
      });
    const open = { limits: { streamItems: 8 } };
    await using conversation = await converse({ transport: create(), open, functions: { readable } });
    const stream = asStream(await conversation.client.call("readable", []));
    await stream.next();
    expect(await settledCount(conversation.client, () => read)).toBeLessThan(16);
    await stream.return?.();
  });

  it("of many streams at once keeps what waits small, and calls get through meanwhile", async () => {
    const functions = { source: () => watched(() => new Uint8Array(5_000), 400).items };
    await using conversation = await converse({ transport: create(), functions });
    const { client, served } = conversation;
    let most = 0;
    const streams = await Promise.all(count(10).map(() => client.call("source", [])));
    const reading = streams.map(async (stream) => {
      let items = 0;
      for await (const _ of asStream(stream)) {
        items += 1;
        most = Math.max(most, served.stats().queuedBytes);
      }
      return items;
    });
    expect(await client.call("echo", ["meanwhile"])).toBe("meanwhile");
    expect(await Promise.all(reading)).toStrictEqual(count(10).map(() => 400));
    expect(most).toBeLessThan(2 * MIB);
  });
});

describe("large bytes", () => {
  it("of 1 MiB arrive intact, as frames of their own", async () => {
    const network = memory();
    const sizes: number[][] = [];
    const transport = {
      ...network,
      listen: network.listen,
      async connect(...args: Parameters<typeof network.connect>) {
        const channel = await network.connect(...args);
        return {
          ...channel,
          async *[Symbol.asyncIterator]() {
            for await (const frames of channel) {
              sizes.push(frames.map(({ byteLength }) => byteLength));
              yield frames;
            }
          },
        };
      },
    };
    const functions = { chunks: () => watched((index) => new Uint8Array(MIB).fill(index + 1), 8).items };
    await using conversation = await converse({ transport: network, functions });
    await using client = await openSession(transport, conversation.server.address);
    const chunks = await readAll(await client.call("chunks", []));
    expect(chunks.map((chunk) => chunk instanceof Uint8Array && chunk.length)).toStrictEqual(count(8).map(() => MIB));
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk instanceof Uint8Array && chunk.every((byte) => byte === index + 1)).toBe(true);
    }
    const large = sizes.flatMap(([, ...frames]) => frames);
    expect(large).toStrictEqual(count(8).map(() => MIB));
    for (const [first = 0] of sizes) expect(first).toBeLessThan(16_384);
  });
});

describe("limits.maxStreams", () => {
  it("rejects what would open one more, at either end, and was not sent", async () => {
    const functions = { many: (total: number) => count(total).map(() => watched((index) => index).items) };
    const limits = { maxStreams: 3 };
    await using conversation = await converse({ functions, serve: { limits }, open: { limits } });
    const { client } = conversation;
    expect(await failure(client.call("many", [4]))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    const streams = await client.call("many", [3]);
    expect(await failure(client.call("many", [1]))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringMatching(/maxStreams/),
    });
    const args = count(4).map(() => watched((index) => index).items);
    expect(await failure(client.call("echo", args))).toMatchObject({ code: "LIMIT_EXCEEDED", outcome: "notSent" });
    if (!Array.isArray(streams)) throw new TypeError("They are no list");
    for (const stream of streams) await asStream(stream).return?.();
    expect(await client.call("many", [3])).toHaveLength(3);
    expect(client.open).toBe(true);
  });

  it("counts a stream no longer once it is over", async () => {
    const functions = { one: () => watched((index) => index, 2).items };
    await using conversation = await converse({ functions, open: { limits: { maxStreams: 1 } } });
    for (let round = 0; round < 50; round += 1) {
      const stream = await conversation.client.call("one", []);
      expect(await readAll(stream)).toStrictEqual([0, 1]);
    }
    expect(conversation.client.stats().openStreams).toBe(0);
  });
});
