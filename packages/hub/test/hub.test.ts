import { once } from "node:events";
import type { HubSubscription } from "@fourwire/hub";
import { serveHub, withHub } from "@fourwire/hub";
import { openSession } from "@fourwire/session";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { startChild } from "./child.ts";

const ADDRESS = "hub";

async function next(subscription: HubSubscription) {
  const result = await subscription[Symbol.asyncIterator]().next();
  return result.done ? undefined : { text: read(result.value.frames), gap: result.value.gap };
}

describe("a slow subscriber", () => {
  it("loses the oldest messages with dropOldest, and sees a gap that says how many", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedItems: 2 });
    for (const part of ["one", "two", "three", "four"]) await transport.topics.publish("news", text(part));
    expect(await next(slow)).toEqual({ text: "three", gap: { missed: 2 } });
    expect(await next(slow)).toEqual({ text: "four", gap: undefined });
    expect(slow.dropped).toBe(2);
  });

  it("loses the newest messages with dropNewest, and sees the gap behind those it kept", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedBytes: 6, onFull: "dropNewest" });
    for (const part of ["one", "two", "three"]) await transport.topics.publish("news", text(part));
    expect([(await next(slow))?.text, (await next(slow))?.text]).toEqual(["one", "two"]);
    expect(slow.dropped).toBe(1);
  });

  it("makes its publisher wait with wait, and loses nothing", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedItems: 1, onFull: "wait" });
    await transport.topics.publish("news", text("one"));
    let isPublished = false;
    const publishing = transport.topics.publish("news", text("two")).then(() => {
      isPublished = true;
    });
    // Answered by the hub after it took the message.
    await transport.queues.size("anything");
    expect(isPublished).toBe(false);
    expect([(await next(slow))?.text, (await next(slow))?.text]).toEqual(["one", "two"]);
    await publishing;
    expect(slow.dropped).toBe(0);
  });

  it("lets its publisher go on when it leaves", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedItems: 1, onFull: "wait" });
    await transport.topics.publish("news", text("one"));
    const publishing = transport.topics.publish("news", text("two"));
    // Answered by the hub after it took the message.
    await transport.queues.size("anything");
    await slow.close();
    expect(await publishing).toEqual({ receivers: 1 });
  });

  it("is disconnected with disconnect, and others are not", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedItems: 1, onFull: "disconnect" });
    const other = await transport.topics.subscribe("news");
    for (const part of ["one", "two"]) await transport.topics.publish("news", text(part));
    await expect(next(slow)).rejects.toMatchObject({ code: "LOST", message: expect.stringContaining("maxBuffered") });
    expect(await next(slow)).toBeUndefined();
    expect([(await next(other))?.text, (await next(other))?.text]).toEqual(["one", "two"]);
    expect(await transport.topics.publish("news", text("three"))).toEqual({ receivers: 1 });
  });

  it("is told what is wrong with its bounds", async () => {
    const { topics } = withHub(memory(), ADDRESS);
    await expect(topics.subscribe("news", { maxBufferedItems: 0 })).rejects.toThrow(/maxBufferedItems/);
    await expect(topics.subscribe("news", { maxBufferedBytes: -1 })).rejects.toThrow(/maxBufferedBytes/);
    const wrong: unknown = "explode";
    await expect(topics.subscribe("news", { onFull: wrong as "wait" })).rejects.toThrow(/onFull is one of wait/);
  });
});

describe("a hub", () => {
  it("serves several at once, each in the order in which each publisher published", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    const transports = Array.from({ length: 5 }, () => withHub(network, ADDRESS));
    const subscriptions = await Promise.all(transports.map(({ topics }) => topics.subscribe("to.*")));
    await Promise.all(
      transports.map(({ topics }, publisher) =>
        Promise.all(Array.from({ length: 50 }, (_, count) => topics.publish(`to.${publisher}`, text(String(count))))),
      ),
    );
    for (const subscription of subscriptions) {
      const counts = new Map<string, number>();
      for (let count = 0; count < 250; count += 1) {
        const result = await subscription[Symbol.asyncIterator]().next();
        const { topic, frames } = result.value ?? expect.fail("The subscription ended");
        const expected = counts.get(topic) ?? 0;
        expect(read(frames)).toBe(String(expected));
        counts.set(topic, expected + 1);
      }
      expect([...counts.values()]).toEqual([50, 50, 50, 50, 50]);
    }
    await network.close();
  });

  it("is reached through one session, however many begin to use it at once", async () => {
    const network = memory();
    await using hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    await Promise.all(Array.from({ length: 50 }, () => transport.queues.put("jobs", text("one"))));
    expect(hub.sessions.size).toBe(1);
  });

  it("says what its backend lacks", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: { topics: network.topics } });
    await using transport = withHub(network, ADDRESS);
    await rejectsWith("UNSUPPORTED", transport.queues.put("jobs", text("one")));
    expect(await transport.topics.publish("news", text("one"))).toEqual({ receivers: 0 });
  });

  it("passes what its backend's others publish", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: network });
    await using transport = withHub(network, ADDRESS);
    const subscription = await transport.topics.subscribe("news");
    await network.topics.publish("news", text("from beside the hub"));
    expect((await next(subscription))?.text).toBe("from beside the hub");
  });

  it("turns down what makes no sense, and goes on", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    const session = await openSession(network, ADDRESS);
    const mistakes: [target: string, args: unknown[], message: RegExp][] = [
      ["publish", [7, [new Uint8Array(1)]], /topic is text/],
      ["publish", ["a.*", [new Uint8Array(1)]], /wildcard/],
      ["publish", ["a", "frames"], /at least one Uint8Array/],
      ["publish", ["a", []], /at least one Uint8Array/],
      ["subscribe", ["a", null], /options are an object/],
      ["subscribe", ["a", { group: 7 }], /group is text/],
      ["subscribe", ["a", { maxBufferedItems: "many" }], /maxBufferedItems/],
      ["put", ["", [new Uint8Array(1)]], /non-empty name/],
      ["take", ["jobs", -1], /leaseMs/],
      ["take", ["jobs", Number.NaN], /leaseMs/],
      ["ack", ["no token"], /no longer leased/],
      ["retry", [{}, 0], /token is text/],
      ["unsubscribe", ["one"], /subscription is a number/],
      ["constructor", [], /This is a hub/],
      ["__proto__", [], /This is a hub/],
    ];
    for (const [target, args, message] of mistakes) await expect(session.call(target, args)).rejects.toThrow(message);
    expect(await session.call("put", ["jobs", [new Uint8Array(1)]])).toBe("1");
    await session.close();
  });

  it("gives no lease longer than maxLeaseMs", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, maxLeaseMs: 10 });
    await using transport = withHub(network, ADDRESS);
    await transport.queues.put("jobs", text("one"));
    const first = await transport.queues.take("jobs", { leaseMs: 60_000 });
    const second = await transport.queues.take("jobs");
    expect(second.deliveries).toBe(2);
    await rejectsWith("LEASE_LOST", first.ack());
  });

  it("gives an item whose taker gave up to the next at once", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const giveUp = new AbortController();
    const taking = transport.queues.take("jobs", { signal: giveUp.signal }).catch((error: unknown) => error);
    await transport.queues.size("jobs");
    giveUp.abort(new Error("changed my mind"));
    expect(await taking).toEqual(new Error("changed my mind"));
    await transport.queues.put("jobs", text("one"));
    expect(read((await transport.queues.take("jobs")).frames)).toBe("one");
  });

  it("is asked to authorize by the name of the deed", async () => {
    const network = memory();
    const authorize = ({ action }: { action: string }) => action !== "publish";
    await using _hub = await serveHub({ transport: network, address: ADDRESS, authorize });
    await using transport = withHub(network, ADDRESS);
    await transport.topics.subscribe("news");
    await rejectsWith("UNAUTHORIZED", transport.topics.publish("news", text("one")));
  });

  it("is left a while after the last use, and found again with the next", async () => {
    const network = memory();
    await using hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    expect(hub.sessions.size).toBe(0);
    await transport.queues.put("jobs", text("one"));
    const [session] = hub.sessions;
    await session?.closed;
    expect((await transport.queues.size("jobs")).ready).toBe(1);
  });

  it("tells subscribers when it stops", async () => {
    const network = memory();
    const hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const subscription = await transport.topics.subscribe("news");
    const waiting = next(subscription);
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: "CLOSED" }), hub.close()]);
    await rejectsWith("REFUSED", transport.topics.publish("news", text("one")));
    expect(() => Promise.resolve(subscription.close())).not.toThrow();
  });
});

describe("a hub in another process", () => {
  it("forgets a subscriber that was killed", async () => {
    await using hub = await serveHub({
      transport: zmq(),
      address: "tcp://127.0.0.1:0",
      parking: { forMs: 100 },
    });
    const subscriber = await startChild("subscriber-process.js", hub.address);
    await using transport = withHub(zmq(), hub.address);
    expect(await transport.topics.publish("news", text("one"))).toEqual({ receivers: 1 });
    const [session] = hub.sessions;
    await subscriber.kill();
    await session?.closed;
    expect(await transport.topics.publish("news", text("two"))).toEqual({ receivers: 0 });
  });

  it("that was killed and started again has its subscribers back, who see a gap", async () => {
    const first = await startChild("hub-process.js", "tcp://127.0.0.1:0");
    await using transport = withHub(zmq(), first.said);
    const subscription = await transport.topics.subscribe("news");
    await transport.topics.publish("news", text("before"));
    expect(await next(subscription)).toEqual({ text: "before", gap: undefined });
    await transport.queues.put("jobs", text("one"));
    const item = await transport.queues.take("jobs");
    const waiting = next(subscription);
    await first.kill();
    const second = await startChild("hub-process.js", first.said);
    let receivers: number | undefined = 0;
    // The session comes back by itself; what is published before that fails or reaches nobody.
    while (receivers !== 1) {
      ({ receivers } = await transport.topics.publish("news", text("after")).catch(() => ({ receivers: 0 })));
    }
    expect(await waiting).toEqual({ text: "after", gap: {} });
    await rejectsWith("LEASE_LOST", item.ack());
    await second.kill();
  });
});

it("lets a process end by itself once its transport is closed", async () => {
  const { fork } = await import("node:child_process");
  const { fileURLToPath } = await import("node:url");
  const child = fork(fileURLToPath(new URL("leaver-process.js", import.meta.url)), { execArgv: [] });
  expect(await once(child, "exit")).toEqual([0, null]);
});
