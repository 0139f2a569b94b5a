import { connectBus } from "@fourwire/bus";
import type { Tracing } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { Collected, eventually, Gate, join, rejectsWith } from "./kit.ts";
import { media } from "./transports.ts";

describe("a bus", () => {
  it("is refused at open by a transport that lacks what it requires, by name [pymq-24]", async () => {
    await using transport = memory();
    const bare = {
      ...transport,
      topics: undefined,
      queues: undefined,
      traits: transport.traits,
    } as unknown as typeof transport;
    const requires = ["events", "queues", "durable"] as const;
    const error = await rejectsWith("UNSUPPORTED", connectBus({ transport: bare, requires }));
    expect(error.message).toContain("events, queues, durable");
    const ofQueues = ["delay", "priority", "deduplication", "peek", "remove"] as const;
    expect((await rejectsWith("UNSUPPORTED", connectBus({ transport: bare, requires: ofQueues }))).message).toContain(
      ofQueues.join(", "),
    );
    expect((await rejectsWith("UNSUPPORTED", connectBus({ transport, requires: ["durable"] }))).message).toMatch(
      /no durable /,
    );
    await using able = await connectBus({ transport, requires: ["events", "rpc", "queues", ...ofQueues] });
    expect(able.name).toBe(able.id);
    await using bus = await connectBus({ transport: bare });
    await rejectsWith("UNSUPPORTED", bus.publish("news", 1));
    expect(await bus.health()).toEqual({ ok: true });
  });

  it("says which option makes no sense", async () => {
    await using transport = memory();
    for (const [name, value] of Object.entries({ rpcTimeoutMs: 0, graceMs: -1, namespace: "a..b", codec: "xml" })) {
      await expect(connectBus({ transport, [name]: value }), name).rejects.toThrow(TypeError);
    }
  });

  it("leaves the transport open when it closes, and closes twice", async () => {
    await using transport = memory();
    const bus = await connectBus({ transport });
    await bus.close();
    await bus.close();
    expect(await transport.topics?.publish("news", [new Uint8Array(1)])).toEqual({ receivers: 0 });
  });

  it("makes spans of what it does, which travel with it", async () => {
    await using transport = memory();
    const spans = new Collected<string>();
    const tracing: Tracing = {
      startCall: (name, metadata) => ({ metadata: { ...metadata, parent: name }, end: () => undefined }),
      serve: (name, metadata, run) => {
        spans.add(`${name} in ${metadata.parent}`);
        return run();
      },
    };
    await using bus = await connectBus({ transport, tracing });
    await bus.subscribe("news", () => undefined);
    await bus.publish("news", 1);
    await spans.until(1);
    await bus.expose("add", (a: number, b: number) => a + b);
    expect(await bus.stub("add")(1, 2)).toBe(3);
    await using _consumer = bus.queue("work").consume(() => undefined);
    await bus.queue("work").put(1);
    expect(await spans.until(3)).toEqual([
      "handle news in publish news",
      "serve add in call add",
      "process work in put work",
    ]);
  });
});

describe.each(media)("a bus over $name", ({ create }) => {
  it("is probed by the way its messages take", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    expect(await bus.health()).toEqual({
      ok: true,
      topics: { ok: true, roundTripMs: expect.any(Number) },
      queues: { ok: true, roundTripMs: expect.any(Number) },
    });
    await bus.close();
    expect(await bus.health()).toMatchObject({ ok: false, topics: { ok: false, error: { code: "CLOSED" } } });
  });

  it("counts what goes on", async () => {
    await using medium = await create();
    await using bus = await join(medium);
    const seen = new Collected<unknown>();
    await bus.subscribe("news", seen.add);
    await bus.publish("news", 1);
    await seen.until(1);
    await eventually(async () => (await bus.stats()).subscriptions[0]?.handled === 1);
    const { published, subscriptions, consumers, queues, served } = await bus.stats();
    expect({ published, consumers, queues }).toEqual({ published: 1, consumers: [], queues: [] });
    expect(served).toEqual({ functions: [], running: 0, calls: 0, oldestMs: undefined });
    const quiet = { failed: 0, dropped: 0, gaps: 0, buffered: 0, running: 0, oldestMs: undefined };
    expect(subscriptions).toEqual([{ pattern: "news", group: undefined, received: 1, handled: 1, ...quiet }]);
  });

  it("says who listens, who serves, how full its queues are, and how old what is in them and in hand", async () => {
    await using medium = await create();
    await using bus = await join(medium, { name: "one" });
    await using other = await join(medium, { name: "two" });
    const gate = new Gate();
    const begun = new Collected<string>();
    const wait = async (what: string): Promise<void> => {
      begun.add(what);
      await gate.opened;
    };
    await bus.subscribe("news", () => wait("event"), { group: "readers" });
    await bus.expose("slow", () => wait("call"));
    await other.expose("slow", () => undefined);
    bus.queue("work").consume(() => wait("job"));
    for (const item of [1, 2, 3]) await other.queue("work").put(item);
    await other.publish("news", 1);
    const calling = other.rpc("slow");
    await eventually(() => new Set(begun.items).size === 3);
    const ids = (await other.servers("slow")).map(({ id }) => id);
    expect(ids.sort()).toEqual([bus.id, other.id].sort());
    expect(await other.servers("nobody", { timeoutMs: 100 })).toEqual([]);
    const { subscriptions, consumers, queues, served } = await bus.stats();
    const some = expect.any(Number);
    expect(subscriptions).toMatchObject([{ pattern: "news", group: "readers", running: 1 }]);
    expect(consumers).toMatchObject([{ queue: "work", running: 1, oldestMs: some }]);
    expect(queues).toEqual([{ queue: "work", ready: 2, delayed: 0, leased: 1, dead: 0, oldestMs: some }]);
    expect(served).toEqual({ functions: ["slow"], running: 1, calls: 1, oldestMs: some });
    expect((await other.stats({ queues: ["work"] })).queues).toMatchObject([{ queue: "work", ready: 2 }]);
    gate.open();
    expect((await calling).length).toBe(2);
  });
});
