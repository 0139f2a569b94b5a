import { serveHub, withHub } from "@fourwire/hub";
import { read, rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { expect, it } from "vitest";
import { nextText } from "./kit.ts";

const ADDRESS = "hub";
const KEY = "sixteen bytes and more";

it("lets in who has the key, and nobody else", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS, key: KEY });
  await using friend = withHub(network, ADDRESS, { key: KEY });
  await friend.queues.put("jobs", text("one"));
  const stranger = withHub(network, ADDRESS, { key: "another key of sixteen" });
  await rejectsWith("UNAUTHORIZED", stranger.queues.put("jobs", text("two")));
});

it("leaves its backend open when it closes", async () => {
  const network = memory();
  const backend = memory();
  const hub = await serveHub({ transport: network, address: ADDRESS, backend });
  await using transport = withHub(network, ADDRESS);
  await transport.queues.put("jobs", text("one"));
  await hub.close();
  await hub.close();
  expect(read((await backend.queues.take("jobs")).frames)).toBe("one");
});

it("holds the first member's options for its group", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS);
  const first = await transport.topics.subscribe("news", { group: "workers", maxBufferedItems: 1 });
  const second = await transport.topics.subscribe("news", { group: "workers", maxBufferedItems: 10 });
  for (const part of ["1", "2", "3"]) await transport.topics.publish("news", text(part));
  expect(await nextText(second)).toBe("3");
  expect([first.dropped, second.dropped]).toEqual([0, 2]);
});

it("has 256 messages under way to who has begun to read, beside the buffer", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS);
  const subscription = await transport.topics.subscribe("news", { maxBufferedItems: 1, onFull: "dropNewest" });
  const waiting = nextText(subscription);
  for (let count = 0; count < 300; count += 1) await transport.topics.publish("news", text("one"));
  expect(await waiting).toBe("one");
  // With the one that was read at once and the one in the buffer.
  for (let count = 1; count < 257; count += 1) expect(await nextText(subscription)).toBe("one");
  await transport.topics.publish("news", text("end"));
  expect(await nextText(subscription)).toBe("end");
  expect(subscription.dropped).toBe(300 - 257);
});

it("makes the way that was lost again, and misses nothing", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS);
  const gaps: unknown[] = [];
  const subscription = await transport.topics.subscribe("news", { onGap: (gap) => gaps.push(gap) });
  await transport.topics.publish("news", text("before"));
  expect(await nextText(subscription)).toBe("before");
  network.faults.cut();
  for (const part of ["1", "2", "3"]) await transport.topics.publish("news", text(part));
  expect([await nextText(subscription), await nextText(subscription), await nextText(subscription)]).toEqual([
    "1",
    "2",
    "3",
  ]);
  expect(gaps).toEqual([]);
});

it("rejects an iteration with LOST when the hub stays away, and finds the next hub with the next use", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS, { reconnect: { windowMs: 100, minDelayMs: 10, maxDelayMs: 20 } });
  const subscription = await transport.topics.subscribe("news");
  const waiting = nextText(subscription);
  const failed = rejectsWith("LOST", waiting);
  network.faults.set({ refusal: 1 });
  network.faults.cut();
  await failed;
  await rejectsWith("REFUSED", transport.topics.publish("news", text("nobody there")));
  network.faults.heal();
  const again = await transport.topics.subscribe("news");
  await transport.topics.publish("news", text("back"));
  expect(await nextText(again)).toBe("back");
});

it("turns down a message that would not fit the session, and goes on", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS);
  const most = 16 * 1024 * 1024 - 64 * 1024;
  await rejectsWith("TOO_LARGE", transport.topics.publish("news", [new Uint8Array(most + 1)]));
  await rejectsWith("TOO_LARGE", transport.queues.put("jobs", [new Uint8Array(most + 1)]));
  await transport.queues.put("jobs", [new Uint8Array(most)]);
  expect((await transport.queues.take("jobs")).frames[0]?.byteLength).toBe(most);
});

it("gives a session no more than maxStreams subscriptions and maxCalls waiting takes", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS, { limits: { maxStreams: 2 } });
  await transport.topics.subscribe("a");
  await transport.topics.subscribe("b");
  await rejectsWith("TOO_LARGE", transport.topics.subscribe("c"));
  expect(await transport.topics.publish("a", text("one"))).toEqual({ receivers: 1 });
  await using _few = await serveHub({ transport: network, address: "few", limits: { maxCalls: 2 } });
  await using busy = withHub(network, "few");
  const waiting = [busy.queues.take("jobs"), busy.queues.take("jobs")];
  await rejectsWith("TOO_LARGE", busy.queues.take("jobs"));
  for (const taking of waiting) taking.catch(() => undefined);
});

it("takes what is published in one turn as one call, in order, whatever topics it is on", async () => {
  const network = memory();
  const calls: string[] = [];
  const authorize = ({ action, subject }: { action: string; subject: string }) => {
    calls.push(`${action} ${subject}`);
    return true;
  };
  await using _hub = await serveHub({ transport: network, address: ADDRESS, authorize });
  await using transport = withHub(network, ADDRESS);
  const subscription = await transport.topics.subscribe("*");
  calls.length = 0;
  const topics = ["a", "a", "b", "a", "a", "a"];
  const published = topics.map((topic, index) => transport.topics.publish(topic, text(String(index))));
  expect(await Promise.all(published)).toEqual(topics.map(() => ({ receivers: 1 })));
  expect(calls).toEqual(["publish a", "publish b", "publish a"]);
  for (const index of topics.keys()) expect(await nextText(subscription)).toBe(String(index));
});

it("gives up a publish whose signal aborts, and tells who waits for the others", async () => {
  const network = memory();
  await using _hub = await serveHub({ transport: network, address: ADDRESS });
  await using transport = withHub(network, ADDRESS);
  const reason = new Error("changed my mind");
  const giveUp = new AbortController();
  const given = transport.topics.publish("news", text("one"), { signal: giveUp.signal });
  const other = transport.topics.publish("news", text("two"));
  giveUp.abort(reason);
  await expect(given).rejects.toBe(reason);
  expect(await other).toEqual({ receivers: 0 });
});
