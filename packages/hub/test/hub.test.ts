import { once } from "node:events";
import { serveHub, withHub } from "@fourwire/hub";
import { openSession } from "@fourwire/session";
import { startChild } from "@fourwire/test-kit";
import type { Topics } from "@fourwire/transport";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { deferred, nextText } from "./kit.ts";

const ADDRESS = "hub";

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
    expect(await nextText(subscription)).toBe("from beside the hub");
  });

  it("turns down what makes no sense, and goes on", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    const session = await openSession(network, ADDRESS);
    const frame = new Uint8Array(1);
    const mistakes: [target: unknown, args: unknown[], message: RegExp][] = [
      [["publish", "a.*"], [[frame]], /wildcard/],
      [["publish", "a"], ["frames"], /at least one Uint8Array/],
      [["publish", "a"], [[]], /at least one Uint8Array/],
      [["subscribe", "a"], [null], /options are an object/],
      [["subscribe", "a"], [{ group: 7 }], /group is text/],
      [["subscribe", "a"], [{ maxBufferedItems: "many" }], /maxBufferedItems/],
      [["subscribe", "a"], [{ onFull: "explode" }], /onFull is one of wait/],
      [["put", ""], [[frame]], /non-empty name/],
      [["put", "jobs"], [[frame], { delayMs: "5" }], /delayMs is a number/],
      [["put", "jobs"], [[frame], { priority: 0.5 }], /priority is an integer/],
      [["put", "jobs"], [[frame], { dedupKey: "" }], /dedupKey/],
      [["take", "jobs"], [{ leaseMs: -1 }], /leaseMs/],
      [["take", "jobs"], [{ leaseMs: Number.NaN }], /leaseMs/],
      [["take", "jobs"], [{ maxDeliveries: 0 }], /maxDeliveries/],
      [["tryTake", "jobs"], [7], /options are an object/],
      [["peek", "jobs"], [-1], /limit/],
      [["replay", "jobs"], ["all"], /limit is a number/],
      [["remove", "jobs"], [1], /id is text/],
      [["ack", "jobs"], ["no token"], /no longer leased/],
      [["retry", "jobs"], [{}, 0], /token is text/],
      [["unsubscribe", "a"], ["one"], /subscription is a number/],
      [["constructor", "a"], [], /This is a hub/],
      [["__proto__", "a"], [], /This is a hub/],
      [["publish", 7], [[frame]], /This is a hub/],
      ["publish", [[frame]], /This is a hub/],
    ];
    for (const [target, args, message] of mistakes) await expect(session.call(target, args)).rejects.toThrow(message);
    expect(await session.call(["put", "jobs"], [[frame]])).toBe("1");
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

  it("asks authorize by the name of the deed and of the topic or queue", async () => {
    const network = memory();
    const asked: string[] = [];
    const authorize = ({ action, subject }: { action: string; subject: string }) => {
      asked.push(`${action} ${subject}`);
      return subject !== "secret";
    };
    await using _hub = await serveHub({ transport: network, address: ADDRESS, authorize });
    await using transport = withHub(network, ADDRESS);
    await transport.topics.subscribe("news.*");
    await transport.topics.publish("news.today", text("one"));
    await rejectsWith("UNAUTHORIZED", transport.topics.publish("secret", text("one")));
    await transport.queues.put("jobs", text("one"));
    await (await transport.queues.take("jobs")).ack();
    await rejectsWith("UNAUTHORIZED", transport.queues.take("secret"));
    const deeds = ["subscribe news.*", "publish news.today", "publish secret"];
    expect(asked).toEqual([...deeds, "put jobs", "take jobs", "ack jobs", "take secret"]);
  });

  it("settles no item for who names another queue than the item's", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    const session = await openSession(network, ADDRESS);
    await session.call(["put", "jobs"], [[new Uint8Array(1)]]);
    const taken = await session.call(["take", "jobs"], [{}]);
    const [token] = Array.isArray(taken) ? taken : [];
    await expect(session.call(["ack", "others"], [token])).rejects.toThrow(/no longer leased/);
    await session.call(["ack", "jobs"], [token]);
    await session.close();
  });

  it("shows as many items as fit an answer, whatever the limit", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    for (let count = 0; count < 10; count += 1) await transport.queues.put("jobs", [new Uint8Array(1024 * 1024)]);
    expect(await transport.queues.peek("jobs")).toHaveLength(4);
    await transport.queues.put("large", [new Uint8Array(8 * 1024 * 1024)]);
    await transport.queues.put("large", [new Uint8Array(1)]);
    expect(await transport.queues.peek("large")).toHaveLength(1);
  });

  it("passes on that the way to its backend's messages was interrupted", async () => {
    const network = memory();
    let interrupt: () => void = () => undefined;
    const topics: Topics = {
      publish: (topic, frames) => network.topics.publish(topic, frames),
      subscribe(pattern, { onGap = () => undefined, ...options } = {}) {
        interrupt = onGap;
        return network.topics.subscribe(pattern, options);
      },
    };
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: { topics } });
    await using transport = withHub(network, ADDRESS);
    const [first, second] = [deferred(), deferred()];
    const gaps = [first, second];
    const subscription = await transport.topics.subscribe("news", { onGap: () => gaps.shift()?.resolve() });
    const waiting = nextText(subscription);
    await transport.topics.publish("news", text("before"));
    expect(await waiting).toBe("before");
    interrupt();
    const after = nextText(subscription);
    await first.promise;
    interrupt();
    await second.promise;
    await transport.topics.publish("news", text("after"));
    expect(await after).toBe("after");
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
    const waiting = nextText(subscription);
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
    const subscriber = await startChild(new URL("subscriber-process.js", import.meta.url), [hub.address]);
    await using transport = withHub(zmq(), hub.address);
    expect(await transport.topics.publish("news", text("one"))).toEqual({ receivers: 1 });
    const [session] = hub.sessions;
    await subscriber.kill();
    await session?.closed;
    expect(await transport.topics.publish("news", text("two"))).toEqual({ receivers: 0 });
  });

  it("that was killed and started again has its subscribers back, who are told of the gap", async () => {
    const first = await startChild(new URL("hub-process.js", import.meta.url), ["tcp://127.0.0.1:0"]);
    await using transport = withHub(zmq(), first.said);
    const gap = deferred();
    const subscription = await transport.topics.subscribe("news", { onGap: gap.resolve });
    await transport.topics.publish("news", text("before"));
    expect(await nextText(subscription)).toBe("before");
    await transport.queues.put("jobs", text("one"));
    const item = await transport.queues.take("jobs");
    const waiting = nextText(subscription);
    await first.kill();
    const second = await startChild(new URL("hub-process.js", import.meta.url), [first.said]);
    let receivers: number | undefined = 0;
    // The session comes back by itself; what is published before that fails or reaches nobody.
    while (receivers !== 1) {
      ({ receivers } = await transport.topics.publish("news", text("after")).catch(() => ({ receivers: 0 })));
    }
    expect(await waiting).toBe("after");
    await gap.promise;
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
