import { defineEvent } from "@fourwire/bus";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Collected, eventually, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";
import { values } from "./values.ts";

const OrderPlaced = defineEvent("orders.placed", z.object({ id: z.string(), total: z.number() }));

class Moved {
  readonly metres: number;
  constructor(metres: number) {
    this.metres = metres;
  }
  get feet(): number {
    return this.metres / 0.3048;
  }
}

describe.each(media)("events over $name", ({ create, countsReceivers }) => {
  it("arrive at every subscriber with what is known about them", async () => {
    await using medium = await create();
    await using publisher = await join(medium, { name: "shop" });
    await using subscriber = await join(medium);
    const seen = new Collected<unknown>();
    await subscriber.subscribe(OrderPlaced, (order, meta) => seen.add({ order, meta }));
    const published = await publisher.publish(OrderPlaced, { id: "1", total: 9.5 }, { metadata: { trace: "7" } });
    expect(published.receivers).toBe(countsReceivers ? 1 : undefined);
    const sender = { id: publisher.id, name: "shop" };
    const meta = { channel: "orders.placed", id: `${publisher.id}-1`, time: expect.any(Date), type: undefined, sender };
    expect(await seen.until(1)).toEqual([
      { order: { id: "1", total: 9.5 }, meta: { ...meta, metadata: { trace: "7" } } },
    ]);
  });

  it("arrive all when 1,000 are published as soon as the subscription is there [pymq-1]", async () => {
    await using medium = await create();
    await using publisher = await join(medium);
    await using subscriber = await join(medium);
    const seen = new Collected<number>();
    await subscriber.subscribe<number>("count", seen.add);
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => publisher.publish("count", index)));
    expect([...(await seen.until(1_000))].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  });

  it("arrive after each of 100 rounds of unsubscribing and subscribing at once [pymq-2]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    for (let round = 0; round < 100; round += 1) {
      const seen = new Collected<number>();
      await using _subscription = await bus.subscribe<number>("round", seen.add);
      await bus.publish("round", round, { requireReceiver: true });
      expect(await seen.until(1)).toEqual([round]);
    }
  });

  it("carry the values that a session carries", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    await using subscription = await bus.subscribe<unknown>("values");
    const events = subscription[Symbol.asyncIterator]();
    for (const { name, value } of values) {
      await bus.publish("values", value);
      const { value: next } = await events.next();
      expect(next?.event, name).toStrictEqual(value);
    }
  });

  it("match a wildcard by segments, and the handler is told the channel [pymq-13]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const one = new Collected<string>();
    const more = new Collected<string>();
    await bus.subscribe("orders.*", (_, { channel }) => one.add(channel));
    await bus.subscribe("orders.**", (_, { channel }) => more.add(channel));
    for (const channel of ["orders", "orders.new", "orders.new.eu", "other.new"]) await bus.publish(channel, {});
    expect(await more.until(2)).toEqual(["orders.new", "orders.new.eu"]);
    expect(await one.until(1)).toEqual(["orders.new"]);
  });

  it("go to one member of each group and to everybody outside [pymq-12]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const members = [0, 1, 2].map(() => new Collected<number>());
    const others = [0, 1].map(() => new Collected<number>());
    const all = new Collected<number>();
    for (const member of members) {
      const take = (event: number): void => {
        member.add(event);
        all.add(event);
      };
      await (await join(medium)).subscribe<number>("work", take, { group: "workers" });
    }
    for (const other of others) await (await join(medium)).subscribe<number>("work", other.add);
    for (let index = 0; index < 900; index += 1) await bus.publish("work", index);
    for (const other of others) expect((await other.until(900)).length).toBe(900);
    expect(new Set(await all.until(900)).size).toBe(900);
    expect(members.map(({ items }) => items.length).reduce((sum, count) => sum + count)).toBe(900);
  });

  it("of a class arrive as instances at those who named the class, and as data elsewhere [pymq-9]", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const instances = new Collected<Moved>();
    const data = new Collected<unknown>();
    await bus.subscribe(Moved, instances.add);
    await bus.subscribe("Moved", (event, { type }) => data.add([event, type]));
    await bus.publish(new Moved(3.048));
    const [moved] = await instances.until(1);
    expect(moved).toBeInstanceOf(Moved);
    expect(moved?.feet).toBeCloseTo(10);
    const [[plain, type]] = (await data.until(1)) as [[object, string]];
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(type).toBe("Moved");
  });

  it("that do not fit their schema reject at the publisher, and go to the error hook at the subscriber [pymq-23]", async () => {
    await using medium = await create();
    await using publisher = await join(medium);
    const errors = new Collected<Error>();
    await using subscriber = await join(medium, { onError: errors.add });
    const seen = new Collected<unknown>();
    await subscriber.subscribe(OrderPlaced, seen.add);
    const bad: unknown = { id: "1", total: "much" };
    await rejectsWith("INVALID_DATA", publisher.publish(OrderPlaced, bad as { id: string; total: number }));
    await publisher.publish("orders.placed", bad);
    await publisher.publish(OrderPlaced, { id: "2", total: 1 });
    expect(await seen.until(1)).toEqual([{ id: "2", total: 1 }]);
    expect(errors.items).toMatchObject([{ code: "INVALID_DATA", issues: [{ path: "total" }] }]);
  });

  it("that no bus wrote go to the error hook, and the next is handled", async () => {
    await using medium = await create();
    const errors = new Collected<Error>();
    await using bus = await join(medium, { onError: errors.add });
    const seen = new Collected<unknown>();
    await bus.subscribe("news", seen.add);
    await medium.join().topics?.publish("bus.events.news", [new Uint8Array([1, 2, 3])]);
    await bus.publish("news", "hello");
    expect(await seen.until(1)).toEqual(["hello"]);
    expect(errors.items).toMatchObject([{ code: "UNREADABLE" }]);
  });

  it("whose handler throws go to the error hook, and stop nobody", async () => {
    await using medium = await create();
    const errors = new Collected<unknown>();
    await using bus = await join(medium, { onError: (error, incident) => errors.add({ error, incident }) });
    const seen = new Collected<unknown>();
    await bus.subscribe("news", () => Promise.reject(new Error("broken")));
    await bus.subscribe("news", seen.add);
    for (const news of [1, 2]) await bus.publish("news", news);
    expect(await seen.until(2)).toEqual([1, 2]);
    const incident = { kind: "event", name: "news" };
    expect(await errors.until(2)).toMatchObject([{ error: { message: "broken" }, incident }, { incident }]);
  });

  it("that must be received reject when nobody does, and otherwise do not", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    await rejectsWith("NO_RECEIVER", bus.publish("news", 1, { requireReceiver: true }));
    expect(await bus.publish("news", 1)).toEqual({ receivers: 0 });
  });

  it("are read by iterating, until the loop is left", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const subscription = await bus.topic<string>("news").subscribe();
    for (const news of ["one", "two", "three"]) await bus.topic<string>("news").publish(news);
    const seen: string[] = [];
    for await (const { event } of subscription) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(["one", "two"]);
    expect(await subscription.closed).toBeUndefined();
  });

  it("stop when the signal aborts, and none is subscribed with one that has", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const control = new AbortController();
    const subscription = await bus.subscribe("news", () => undefined, { signal: control.signal });
    control.abort(new Error("enough"));
    expect(await subscription.closed).toBeUndefined();
    await eventually(async () => (await bus.publish("news", 1)).receivers === 0);
    await expect(bus.subscribe("news", { signal: control.signal })).rejects.toThrow("enough");
  });

  it("are registered with the bus, so that those who subscribe by pattern get them checked", async () => {
    await using medium = await create();
    const errors = new Collected<Error>();
    await using bus = await join(medium, { events: [OrderPlaced, Moved], onError: errors.add });
    await using other = await join(medium);
    const seen = new Collected<unknown>();
    await bus.subscribe("**", seen.add);
    await rejectsWith("INVALID_DATA", bus.publish("orders.placed", { id: 1 }));
    await other.publish("orders.placed", { id: 1 });
    await other.publish("Moved", { metres: 1 });
    expect((await seen.until(1))[0]).toBeInstanceOf(Moved);
    expect(errors.items).toMatchObject([{ code: "INVALID_DATA" }]);
  });

  it("do not reach another namespace", async () => {
    await using medium = await create();
    await using bus = await join(medium, { namespace: "one" });
    await using other = await join(medium, { namespace: "two" });
    await other.subscribe("**", () => undefined);
    expect(await bus.publish("news", 1)).toEqual({ receivers: 0 });
  });

  it("reject what makes no sense, and lose nothing by it", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    await expect(bus.publish("orders.*", 1)).rejects.toThrow(TypeError);
    await expect(bus.publish({ plain: true })).rejects.toThrow("Only an instance of a class");
    await expect(bus.subscribe("a..b")).rejects.toThrow(TypeError);
    await expect(bus.subscribe("a", { maxBuffered: 0 })).rejects.toThrow("maxBuffered");
    await expect(bus.subscribe("a", { concurrency: 0 })).rejects.toThrow("concurrency");
    await expect(bus.publish("a", { f: () => 1 })).rejects.toMatchObject({ code: "NOT_SERIALIZABLE" });
    const seen = new Collected<unknown>();
    const handled = await bus.subscribe("a", seen.add);
    expect(() => handled[Symbol.asyncIterator]()).toThrow("has a handler");
    await bus.publish("a", 1);
    expect(await seen.until(1)).toEqual([1]);
  });
});
