import { connectBus } from "@fourwire/bus";
import type { Tracing } from "@fourwire/session";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { Collected, eventually, join, rejectsWith } from "./kit.ts";
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
    await eventually(() => bus.stats().subscriptions[0]?.handled === 1);
    const { published, subscriptions, consumers } = bus.stats();
    expect({ published, consumers }).toEqual({ published: 1, consumers: [] });
    expect(subscriptions).toMatchObject([{ pattern: "news", received: 1, handled: 1, failed: 0, dropped: 0, gaps: 0 }]);
  });
});
