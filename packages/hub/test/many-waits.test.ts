import { once } from "node:events";
import { serveHub, withHub } from "@fourwire/hub";
import type { Transport } from "@fourwire/transport";
import { text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { afterAll, describe, expect, it } from "vitest";

const MANY = 120;
const server = lazyTestServer(afterAll);

const transports: Record<string, () => Promise<Transport>> = {
  memory: async () => memory(),
  redis: async () => redis({ url: server.url }),
  hub: async () => {
    const network = memory();
    await serveHub({ transport: network, address: "hub" });
    return withHub(network, "hub");
  },
};

describe.each(Object.entries(transports))("%s", (_, create) => {
  it("warns of no leak when many wait with one signal, or connect at once", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", note);
    await using transport = await create();
    const { topics, queues, logs } = transport;
    if (!topics || !queues || !logs) throw new Error("A port is missing");
    const stopping = new AbortController();
    const each = <Result>(work: (index: number) => Promise<Result>): Promise<Result[]> =>
      Promise.all(Array.from({ length: MANY }, (_none, index) => work(index)));
    const taking = each((index) =>
      queues.take(`jobs-${index % 2}`, { signal: stopping.signal }).catch(() => undefined),
    );
    const listeners = await each(() => transport.listen());
    await each(async (index) => await transport.connect(listeners[index]?.address ?? ""));
    await each(() => topics.subscribe("news"));
    await each(() => logs.read("news"));
    expect(await topics.publish("news", text("one"))).toBeDefined();
    stopping.abort();
    await taking;
    // Warnings come in a later turn, in order: this one behind all others.
    process.emitWarning("That is all", "Last");
    while (warnings.at(-1)?.name !== "Last") await once(process, "warning");
    process.off("warning", note);
    expect(warnings.slice(0, -1).map(({ message }) => message)).toEqual([]);
  });
});
