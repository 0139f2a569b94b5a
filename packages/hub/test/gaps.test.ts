import type { Gap, HubTopics } from "@fourwire/hub";
import { serveHub, withHub } from "@fourwire/hub";
import type { TopicSubscription } from "@fourwire/transport";
import { rejectsWith, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { nextText } from "./kit.ts";

const ADDRESS = "hub";

/** Subscribes without reading, and keeps in one list what is read and what is missing in between. */
async function slowly(topics: HubTopics, options: Parameters<HubTopics["subscribe"]>[1]) {
  const seen: (string | Gap | undefined)[] = [];
  const subscription = await topics.subscribe("news", { ...options, onGap: (gap) => seen.push(gap) });
  const readTo = async (last: string): Promise<typeof seen> => {
    while (seen.at(-1) !== last) seen.push(await nextText(subscription));
    return seen;
  };
  return { subscription, readTo };
}

async function publish(topics: HubTopics, ...parts: readonly string[]): Promise<void> {
  for (const part of parts) await topics.publish("news", text(part));
}

describe("a subscriber that was too slow", () => {
  it("is told with each publisher's next message how many of its were dropped before", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using a = withHub(network, ADDRESS);
    await using b = withHub(network, ADDRESS);
    const { readTo } = await slowly(a.topics, { maxBufferedItems: 3 });
    await publish(a.topics, "a1", "a2", "a3");
    await publish(b.topics, "b1", "b2");
    await publish(a.topics, "a4");
    expect(await readTo("a4")).toEqual(["b1", "b2", { missed: 3 }, "a4"]);
  });

  it("is told where the newest were dropped, not before what came earlier", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const { subscription, readTo } = await slowly(transport.topics, { maxBufferedItems: 2, onFull: "dropNewest" });
    await publish(transport.topics, "1", "2", "3", "4");
    expect(await readTo("2")).toEqual(["1", "2"]);
    await publish(transport.topics, "5");
    expect(await readTo("5")).toEqual(["1", "2", { missed: 2 }, "5"]);
    expect(subscription.dropped).toBe(2);
  });

  it("is told nothing as a member of a group, whose messages others get, too", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const { subscription, readTo } = await slowly(transport.topics, { group: "workers", maxBufferedItems: 1 });
    await publish(transport.topics, "1", "2", "3");
    expect(await readTo("3")).toEqual(["3"]);
    expect(subscription.dropped).toBe(2);
  });
});

describe("a slow subscriber of a foreign backend's topics", () => {
  it("loses what its policy says, and is told", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: memory() });
    await using transport = withHub(network, ADDRESS);
    const oldest = await slowly(transport.topics, { maxBufferedItems: 2 });
    const newest = await slowly(transport.topics, { maxBufferedItems: 2, onFull: "dropNewest" });
    const ended = await slowly(transport.topics, { maxBufferedItems: 2, onFull: "disconnect" });
    await publish(transport.topics, "1", "2", "3", "4");
    expect(await oldest.readTo("4")).toEqual([{ missed: 2 }, "3", "4"]);
    expect(await newest.readTo("2")).toEqual(["1", "2"]);
    await expect(ended.readTo("4")).rejects.toMatchObject({ code: "LOST", message: expect.stringContaining("Items") });
    expect([oldest.subscription.dropped, newest.subscription.dropped]).toEqual([2, 2]);
    expect(await transport.topics.publish("news", text("5"))).toEqual({ receivers: 2 });
  });

  it("is told of what the backend itself dropped", async () => {
    const network = memory();
    const backend = memory();
    /** Drops the first message that arrives. */
    const behind = async (pattern: string): Promise<TopicSubscription> => {
      const subscription = await backend.topics.subscribe(pattern);
      let dropped = 0;
      return {
        ...subscription,
        get dropped() {
          return dropped;
        },
        async *[Symbol.asyncIterator]() {
          for await (const message of subscription) {
            if (dropped > 0) yield message;
            else dropped += 1;
          }
        },
      };
    };
    const topics = { ...backend.topics, subscribe: behind };
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: { topics } });
    await using transport = withHub(network, ADDRESS);
    const { subscription, readTo } = await slowly(transport.topics, {});
    await publish(transport.topics, "1", "2");
    expect(await readTo("2")).toEqual([{ missed: 1 }, "2"]);
    expect(subscription.dropped).toBe(1);
  });

  it("is told that foreign publishers do not wait, and that a foreign group has no policy", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend: memory() });
    await using transport = withHub(network, ADDRESS);
    await rejectsWith("UNSUPPORTED", transport.topics.subscribe("news", { onFull: "wait" }));
    await rejectsWith("UNSUPPORTED", transport.topics.subscribe("news", { group: "g", onFull: "dropNewest" }));
  });

  it("ends with the failure of the backend's subscription, after what came before it", async () => {
    const network = memory();
    const backend = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS, backend });
    await using transport = withHub(network, ADDRESS);
    const subscription = await transport.topics.subscribe("news");
    await publish(transport.topics, "1");
    expect(await nextText(subscription)).toBe("1");
    const waiting = nextText(subscription);
    await backend.close();
    expect(await waiting).toBeUndefined();
    await rejectsWith("CLOSED", transport.topics.publish("news", text("2")));
  });
});
