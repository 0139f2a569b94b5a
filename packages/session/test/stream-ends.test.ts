import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { serveSessions } from "../src/index.ts";
import { CONTROL, Entry } from "../src/message.ts";
import { converse, deferred, failure, handlerOf, turns, until } from "./fixture.ts";
import { converseOver, links, stateOf } from "./resume-links.ts";
import { asStream, count, readAll, watched } from "./stream-fixture.ts";
import { tap } from "./tap.ts";
import { transports } from "./transports.ts";

/** Collects garbage until a condition holds. */
async function collectUntil(condition: () => boolean): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  await until(() => {
    collect();
    return condition();
  });
}

describe.each(transports)("a stream over $name that its reader leaves", ({ create }) => {
  it("ends at its source, whose finally runs", async () => {
    const source = watched((index) => index);
    await using conversation = await converse({ transport: create(), functions: { source: () => source.items } });
    for await (const item of asStream(await conversation.client.call("source", []))) if (item === 10) break;
    await source.ended;
    await until(() => conversation.served.stats().openStreams === 0);
    expect(conversation.client.stats().openStreams).toBe(0);
  });

  it("as an argument ends at its source, too, while the call goes on", async () => {
    const source = watched((index) => index);
    const ended = deferred();
    const leave = async (items: AsyncIterable<unknown>): Promise<string> => {
      for await (const item of items) if (item === 3) break;
      await ended.promise;
      return "went on";
    };
    await using conversation = await converse({ transport: create(), functions: { leave } });
    const call = conversation.client.call("leave", [source.items]);
    await source.ended;
    ended.resolve();
    expect(await call).toBe("went on");
  });

  it("ends at once at the reader, which gets nothing more", async () => {
    const source = watched((index) => index);
    await using conversation = await converse({ transport: create(), functions: { source: () => source.items } });
    const stream = asStream(await conversation.client.call("source", []));
    await stream.next();
    await stream.return?.();
    expect(await stream.next()).toStrictEqual({ value: undefined, done: true });
    await source.ended;
  });

  it("of the web is cancelled at its source", async () => {
    const cancelled = deferred();
    const web = (): ReadableStream<number> =>
      new ReadableStream({ pull: (controller) => controller.enqueue(1), cancel: () => cancelled.resolve() });
    await using conversation = await converse({ transport: create(), functions: { web } });
    const stream = await conversation.client.call("web", []);
    if (!(stream instanceof ReadableStream)) throw new TypeError("It is no web stream");
    const reader = stream.getReader();
    expect(await reader.read()).toStrictEqual({ value: 1, done: false });
    await reader.cancel();
    await cancelled.promise;
  });

  it("harms nobody when its source throws, rejects or never ends while it cleans up", async () => {
    const cleanUps = [
      () => {
        throw new Error("thrown");
      },
      () => Promise.reject(new Error("rejected")),
      () => deferred<never>().promise,
      () => undefined,
    ];
    const source = (kind: number): object => ({
      next: () => Promise.resolve({ value: kind, done: false }),
      return: cleanUps[kind],
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    await using conversation = await converse({ transport: create(), functions: { source } });
    for (const kind of cleanUps.keys()) {
      const stream = asStream(await conversation.client.call("source", [kind]));
      expect((await stream.next()).value).toBe(kind);
      await stream.return?.();
      await until(() => conversation.served.stats().openStreams === 0);
    }
    expect(await conversation.client.call("echo", ["unharmed"])).toBe("unharmed");
  });
});

describe.each(transports)("a stream over $name that nobody began to read", ({ create }) => {
  /** A stream that holds something from the start. */
  const holder = (released: (kind: string) => void): object => ({
    iterable: {
      next: () => expect.fail("nobody asked"),
      return: () => Promise.resolve(released("iterable")).then(() => ({ value: undefined, done: true })),
      [Symbol.asyncIterator]() {
        return this;
      },
    },
    web: new ReadableStream({ cancel: () => released("web") }, { highWaterMark: 0 }),
  });

  it("is let go of at its source when its reader leaves", async () => {
    const released: string[] = [];
    const functions = { hold: () => holder((kind) => released.push(kind)) };
    await using conversation = await converse({ transport: create(), functions });
    const { client, served } = conversation;
    const { iterable, web } = Object(await client.call("hold", []));
    await asStream(iterable).return?.();
    await web.cancel();
    await until(() => released.length === 2);
    expect(released).toStrictEqual(["iterable", "web"]);
    expect([client.stats().openStreams, served.stats().openStreams]).toStrictEqual([0, 0]);
  });

  it("is let go of at its source when the session ends", async () => {
    const released: string[] = [];
    const functions = { hold: () => holder((kind) => released.push(kind)) };
    await using conversation = await converse({ transport: create(), functions });
    // Held on to, so that it is not the collection of garbage that ends them.
    const held = await conversation.client.call("hold", []);
    await conversation.client.close();
    await until(() => released.length === 2);
    expect(Object.keys(Object(held))).toStrictEqual(["iterable", "web"]);
  });
});

describe("a stream that nobody reads", () => {
  it("ends with its call when it was an argument", async () => {
    // Held on to, so that it is not the collection of garbage that ends them.
    const held: unknown[] = [];
    const functions = {
      ignore: (items: unknown) => held.push(items),
      fail(items: unknown) {
        held.push(items);
        return Promise.reject(new Error("failed"));
      },
    };
    await using conversation = await converse({ functions });
    const { client, served } = conversation;
    await client.call("ignore", [watched((index) => index).items]);
    await failure(client.call("fail", [[{ deep: watched((index) => index).items }]]));
    expect(held).toHaveLength(2);
    await until(() => client.stats().openStreams === 0);
    expect(served.stats().openStreams).toBe(0);
  });

  it("ends with its call when the caller gave up", async () => {
    const gone = deferred();
    const held: unknown[] = [];
    const functions = {
      wait(items: unknown) {
        held.push(items);
        return gone.promise;
      },
    };
    await using conversation = await converse({ functions });
    const { client } = conversation;
    const controller = new AbortController();
    const call = failure(client.call("wait", [watched((index) => index).items], { signal: controller.signal }));
    controller.abort(new Error("no longer"));
    await call;
    gone.resolve();
    await until(() => client.stats().openStreams === 0);
    expect(held).toHaveLength(1);
  });

  it("ends when it is the result of a call that nobody waits for any more", async () => {
    const controller = new AbortController();
    const transport = tap(memory(), {
      // The answer has arrived, and is about to be read.
      received: ([seq, , kind]) => seq !== CONTROL && kind === Entry.RESULT && controller.abort(new Error("too late")),
    });
    const functions = { source: () => ({ items: watched((index) => index).items }) };
    await using conversation = await converse({ transport, functions });
    const { client, served } = conversation;
    const call = client.call("source", [], { signal: controller.signal });
    expect(await failure(call)).toMatchObject({ message: "too late" });
    // Too soon for the collection of garbage.
    await turns();
    expect([client.stats().openStreams, served.stats().openStreams]).toStrictEqual([0, 0]);
  });

  it("ends when it was forgotten, and garbage is collected", async () => {
    const sources = count(3).map(() => watched((index) => index));
    const functions = {
      source: (number: number) => sources[number]?.items,
      web: () => ReadableStream.from(watched((index) => index).items),
    };
    await using conversation = await converse({ functions });
    const { client, served } = conversation;
    const forget = async (): Promise<void> => {
      await client.call("source", [0]);
      await client.call("web", []);
      const begun = asStream(await client.call("source", [1]));
      expect((await begun.next()).value).toBe(0);
    };
    await forget();
    const kept = asStream(await client.call("source", [2]));
    expect(served.stats().openStreams).toBe(4);
    await collectUntil(() => served.stats().openStreams === 1);
    await sources[1]?.ended;
    expect((await kept.next()).value).toBe(0);
  });

  it("does not end while somebody waits for its next item, forgotten or not", async () => {
    const item = deferred<string>();
    const source = watched(() => item.promise);
    await using conversation = await converse({ functions: { source: () => source.items } });
    const { client } = conversation;
    const waiting = (async () => await asStream(await client.call("source", [])).next())();
    await until(() => source.produced() === 1);
    let rounds = 0;
    await collectUntil(() => {
      rounds += 1;
      return rounds === 20;
    });
    item.resolve("here");
    expect(await waiting).toStrictEqual({ value: "here", done: false });
  });
});

describe.each(links)("the end of a session over $name", (kind) => {
  it.each(["client", "server"])("closed by the %s ends its streams at both ends", async (who) => {
    const [fromServer, fromClient] = [watched((index) => index), watched((index) => index)];
    const collected = deferred<unknown>();
    const functions = {
      source: () => fromServer.items,
      collect: (items: unknown) => readAll(items).catch((error: unknown) => collected.resolve(error)),
    };
    await using conversation = await converseOver(kind, { functions, open: { limits: { streamItems: 4 } } });
    const { client, server } = conversation;
    const stream = asStream(await client.call("source", []));
    const call = failure(client.call("collect", [fromClient.items]));
    await stream.next();
    await until(() => fromClient.produced() > 0);
    await (who === "client" ? client.close() : server.close());
    expect(await call).toMatchObject({ code: "CLOSED" });
    await Promise.all([fromServer.ended, fromClient.ended]);
    expect(await collected.promise).toMatchObject({ code: "CLOSED" });
    expect(await failure(readAll(stream))).toMatchObject({ code: "CLOSED" });
    expect(client.stats().openStreams).toBe(0);
  });

  it("that began anew ends its streams with LOST", async () => {
    const [fromServer, fromClient] = [watched((index) => index), watched((index) => index)];
    const functions = { source: () => fromServer.items, collect: (items: unknown) => readAll(items) };
    await using conversation = await converseOver(kind, { functions, open: { limits: { streamItems: 4 } } });
    const { client, server, link, transport } = conversation;
    const stream = asStream(await client.call("source", []));
    const call = failure(client.call("collect", [fromClient.items]));
    await stream.next();
    await until(() => fromClient.produced() > 0);
    link.refuse();
    link.cut();
    await stateOf(client, "parked");
    await server.close();
    await using _ = await serveSessions(transport, server.address, () => handlerOf({}));
    link.accept();
    expect(await call).toMatchObject({ code: "LOST", outcome: "unknown" });
    expect(await failure(readAll(stream))).toMatchObject({ code: "LOST" });
    await Promise.all([fromServer.ended, fromClient.ended]);
    expect(client.stats()).toMatchObject({ resets: 1, openStreams: 0 });
  });

  it("is not near when it is parked: streams go on afterwards, complete and in order", async () => {
    const functions = { source: () => watched((index) => index, 3_000).items, collect: readAll };
    await using conversation = await converseOver(kind, { functions });
    const { client, link } = conversation;
    const sent = watched((index) => {
      if (index % 500 === 250) link.cut();
      return index;
    }, 3_000);
    const collected = client.call("collect", [sent.items]);
    expect(await readAll(await client.call("source", []))).toStrictEqual(count(3_000));
    expect(await collected).toStrictEqual(count(3_000));
    expect(client.stats().resumes).toBeGreaterThan(0);
  });
});
