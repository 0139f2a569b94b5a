import { connectBus, defineEvent } from "@fourwire/bus";
import { serveHub, withHub } from "@fourwire/hub";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Collected, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

const Price = defineEvent("price", z.object({ symbol: z.string(), value: z.number() }));

describe.each(media)("durable channels over $name", ({ create }) => {
  it("replay what was published before, and go on with what is published after", async () => {
    await using medium = await create();
    await using publisher = await join(medium);
    const prices = publisher.topic(Price, { durable: {} });
    for (let value = 1; value <= 3; value += 1) await prices.publish({ symbol: "A", value }, { key: "A" });
    await using late = await join(medium);
    const seen = new Collected<number>();
    await using _ = await late.subscribe(Price, ({ value }) => seen.add(value), { from: "start" });
    for (let value = 4; value <= 6; value += 1) await prices.publish({ symbol: "A", value });
    expect(await seen.until(6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("go on behind the place that an event came with, also from another process", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const prices = bus.topic(Price, { durable: {} });
    const { id } = await prices.publish({ symbol: "A", value: 1 }, { key: "A" });
    await prices.publish({ symbol: "A", value: 2 });
    const places: unknown[] = [];
    for await (const { meta } of await prices.subscribe({ from: "start" })) {
      places.push([meta.channel, meta.position, meta.key]);
      break;
    }
    expect(places).toEqual([["price", id, "A"]]);
    await using other = await join(medium);
    for await (const { event } of await other.subscribe(Price, { from: id })) {
      expect(event.value).toBe(2);
      break;
    }
  });

  it("begin with the last value of each key, or at a time", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const prices = bus.topic(Price, { durable: { maxPerKey: 1 } });
    for (const [symbol, value] of [
      ["A", 1],
      ["B", 2],
      ["A", 3],
    ] as const)
      await prices.publish({ symbol, value }, { key: symbol });
    const last = new Collected<number>();
    await using _last = await prices.subscribe(({ value }) => last.add(value), { from: "last" });
    expect(await last.until(2)).toEqual([2, 3]);
    const all = new Collected<number>();
    await using _all = await prices.subscribe(({ value }) => all.add(value), { from: new Date(0) });
    expect(await all.until(2)).toEqual([2, 3]);
    expect((await prices.size()).entries).toBe(2);
    expect(await prices.purge()).toBe(2);
  });

  it("reject with TRIMMED where events behind the place are gone", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const news = bus.topic<string>("news", { durable: { maxEntries: 1 } });
    const { id } = await news.publish("first");
    for (const text of ["second", "third"]) await news.publish(text);
    await expect(news.subscribe({ from: id })).rejects.toMatchObject({ name: "TransportError", code: "TRIMMED" });
  });

  it("are apart from the channels of the same names that are not kept", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const kept = bus.topic<string>("news", { durable: {} });
    const plain = new Collected<string>();
    const replayed = new Collected<string>();
    await using _plain = await bus.subscribe<string>("news", plain.add);
    await using _kept = await kept.subscribe(replayed.add);
    await kept.publish("kept");
    await bus.publish("news", "not kept");
    expect(await plain.until(1)).toEqual(["not kept"]);
    expect(await replayed.until(1)).toEqual(["kept"]);
  });

  it("check what is published, and refuse patterns, groups and places that are none", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const prices = bus.topic(Price, { durable: {} });
    // @ts-expect-error: a price has a number
    await rejectsWith("INVALID_DATA", prices.publish({ symbol: "A", value: "1" }));
    await expect(bus.subscribe("a.*", { from: "start" })).rejects.toThrow(TypeError);
    await expect(bus.subscribe("a", { from: "start", group: "workers" })).rejects.toThrow(TypeError);
    await expect(bus.subscribe("a", { from: "yesterday" })).rejects.toThrow(TypeError);
    expect(() => bus.topic("a.*", { durable: {} })).toThrow(TypeError);
    expect(() => bus.topic("a", { durable: { maxEntries: 0 } })).toThrow(TypeError);
  });
});

it("tells a transport that has no durable channels", async () => {
  await using transport = zmq();
  await rejectsWith("UNSUPPORTED", connectBus({ transport, requires: ["replay"] }));
  await using bus = await connectBus({ transport });
  await rejectsWith("UNSUPPORTED", bus.topic("a", { durable: {} }).publish(1));
});

it("goes on where it was when the hub has closed and another one is there, and misses nothing", async () => {
  const network = memory();
  await using backend = memory();
  const first = await serveHub({ transport: network, address: "hub", backend });
  await using transport = withHub(network, "hub");
  await using bus = await connectBus({ transport });
  const news = bus.topic<string>("news", { durable: {} });
  const seen = new Collected<string>();
  const gaps: unknown[] = [];
  await using _ = await news.subscribe(seen.add, { onGap: (gap) => gaps.push(gap) });
  await news.publish("1");
  await seen.until(1);
  await first.close();
  await using other = await connectBus({ transport: backend });
  await other.topic<string>("news", { durable: {} }).publish("2");
  await using _second = await serveHub({ transport: network, address: "hub", backend });
  await news.publish("3").catch(() => news.publish("3"));
  expect(await seen.until(3)).toEqual(["1", "2", "3"]);
  expect(gaps).toEqual([]);
});
