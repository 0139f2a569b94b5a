import { serveHub, withHub } from "@fourwire/hub";
import { text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";
import { nextText } from "./kit.ts";

const ADDRESS = "hub";

describe("a slow subscriber", () => {
  it("loses the oldest messages with dropOldest, and sees how many", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedItems: 2 });
    for (const part of ["one", "two", "three", "four"]) await transport.topics.publish("news", text(part));
    expect(await nextText(slow)).toBe("three");
    expect(await nextText(slow)).toBe("four");
    expect(slow.dropped).toBe(2);
  });

  it("loses the newest messages with dropNewest, and keeps the others", async () => {
    const network = memory();
    await using _hub = await serveHub({ transport: network, address: ADDRESS });
    await using transport = withHub(network, ADDRESS);
    const slow = await transport.topics.subscribe("news", { maxBufferedBytes: 6, onFull: "dropNewest" });
    for (const part of ["one", "two", "three"]) await transport.topics.publish("news", text(part));
    expect([await nextText(slow), await nextText(slow)]).toEqual(["one", "two"]);
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
    expect([await nextText(slow), await nextText(slow)]).toEqual(["one", "two"]);
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
    await expect(nextText(slow)).rejects.toMatchObject({
      code: "LOST",
      message: expect.stringContaining("maxBuffered"),
    });
    expect(await nextText(slow)).toBeUndefined();
    expect([await nextText(other), await nextText(other)]).toEqual(["one", "two"]);
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
