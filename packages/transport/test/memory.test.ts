import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { describe, expect, it } from "vitest";

describe("memory()", () => {
  it("is a private network: others with the same addresses are never met", async () => {
    const one = memory();
    const other = memory();
    await one.listen("calculator");
    await expect(other.connect("calculator")).rejects.toMatchObject({ code: "REFUSED" });
    await other.listen("calculator");
  });

  it("takes any name for an address, those of other drivers included", async () => {
    const network = memory();
    for (const address of ["tcp://127.0.0.1:8000", "ws://example.test/path", "  ", "ünïcode"]) {
      const listener = await network.listen(address);
      expect(listener.address).toBe(address);
      await network.connect(address);
    }
  });

  it("gives fresh addresses that nobody listens at already", async () => {
    const network = memory();
    const { address } = await network.listen();
    await network.listen(address.replace("1", "2"));
    await expect(network.listen()).resolves.toMatchObject({ address: "memory-3" });
  });

  it("loses both ends of a channel whose reader leaves more than maxInboxBytes unread", async () => {
    const network = memory({ maxInboxBytes: 100 });
    const listener = await network.listen();
    const near = await network.connect(listener.address);
    const far = await accept(listener);
    for (const message of [text("first"), text("second")]) await near.send(message);
    expect(await far.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxInboxBytes") });
    expect(await near.closed).toMatchObject({ code: "LOST" });
  });

  it("states its limit of a message and keeps it on every port", async () => {
    const network = memory({ maxMessageBytes: 10 });
    expect(network.traits.maxMessageBytes).toBe(10);
    const large = [new Uint8Array(11)];
    await expect(network.topics.publish("topic", large)).rejects.toMatchObject({ code: "TOO_LARGE" });
    await expect(network.queues.put("queue", large)).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect(memory().traits.maxMessageBytes).toBe(Number.POSITIVE_INFINITY);
  });

  it("carries many messages in one turn without losing their order", async () => {
    const network = memory();
    const listener = await network.listen();
    const near = await network.connect(listener.address);
    const far = await accept(listener);
    const sending = Array.from({ length: 10_000 }, (_, index) => near.send(text(String(index))));
    for (let index = 0; index < 10_000; index += 1) expect(read(await receive(far))).toBe(String(index));
    await Promise.all(sending);
  });

  it("keeps no process alive, with a channel, a subscription, a waiting take and a lease open", async () => {
    const script = `
      import { memory } from ${JSON.stringify(new URL("../dist/memory.js", import.meta.url).href)};
      const network = memory();
      await network.listen("here");
      await network.connect("here");
      await network.topics.subscribe("topic");
      await network.queues.put("queue", [new Uint8Array(1)]);
      await network.queues.take("queue");
      network.queues.take("queue");
      process.stdout.write("everything is open");
    `;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { timeout: 10_000 });
    expect(stdout).toBe("everything is open");
  });

  it("imports nothing of Node, so that it runs in browsers", async () => {
    const folder = new URL("../src/", import.meta.url);
    for (const file of await readdir(folder)) {
      // The fault proxy and the pipe are for Node only, so nothing else may import them.
      if (!file.endsWith(".ts") || /^(?:fault-proxy|pipe)/.test(file)) continue;
      expect(await readFile(new URL(file, folder), "utf8"), file).not.toMatch(
        /from "(?:node:|\.\/(?:fault-proxy|pipe))/,
      );
    }
  });
});

describe("memory topics", () => {
  it("count each group as one receiver", async () => {
    const { topics } = memory();
    await topics.subscribe("a.b");
    await topics.subscribe("a.*");
    await topics.subscribe("a.**", { group: "g" });
    await topics.subscribe("a.**", { group: "g" });
    await topics.subscribe("other");
    expect(await topics.publish("a.b", text("hello"))).toEqual({ receivers: 3 });
  });

  it("leave what a leaving member did not read to the others", async () => {
    const { topics } = memory();
    const leaver = await topics.subscribe("a", { group: "g" });
    const stayer = await topics.subscribe("a", { group: "g" });
    await topics.publish("a", text("left behind"));
    await leaver.close();
    for await (const { frames } of stayer) {
      expect(read(frames)).toBe("left behind");
      break;
    }
  });

  it("forget a group with its last member", async () => {
    const { topics } = memory();
    const only = await topics.subscribe("a", { group: "g" });
    await only.close();
    expect(await topics.publish("a", text("nobody"))).toEqual({ receivers: 0 });
  });

  it("refuse a group without a name and a bound that is no number", async () => {
    const { topics } = memory();
    await expect(topics.subscribe("a", { group: "" })).rejects.toThrow(TypeError);
    await expect(topics.subscribe("a", { maxBufferedBytes: -1 })).rejects.toThrow("maxBufferedBytes");
  });
});

describe("memory queues", () => {
  it("count leased items towards maxQueuedBytes, but not acknowledged ones", async () => {
    const { queues } = memory({ maxQueuedBytes: 1_000 });
    await queues.put("q", [new Uint8Array(700)]);
    const item = await queues.take("q");
    await expect(queues.put("q", [new Uint8Array(1)])).rejects.toThrow("maxQueuedBytes");
    await item.ack();
    await queues.put("q", [new Uint8Array(700)]);
  });

  it("count an item for more than its content, so that empty ones do not add up for nothing", async () => {
    const { queues } = memory({ maxQueuedBytes: 1_000 });
    const putting = Array.from({ length: 10 }, () => queues.put("q", [new Uint8Array(0)]));
    const outcomes = await Promise.allSettled(putting);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });

  it("keep the newest dead letters within maxQueuedBytes", async () => {
    const { queues } = memory({ maxQueuedBytes: 600 });
    for (const part of ["12345", "67890", "abcde"]) {
      await queues.put("q", text(part));
      await (await queues.take("q")).reject();
    }
    expect((await queues.size("q")).dead).toBe(2);
    expect(read((await queues.take("q:dead")).frames)).toBe("67890");
  });

  it("serve those who wait in the order in which they came", async () => {
    const { queues } = memory();
    const takers = [queues.take("q"), queues.take("q")];
    await queues.put("q", text("first"));
    await queues.put("q", text("second"));
    const items = await Promise.all(takers);
    expect(items.map(({ frames }) => read(frames))).toEqual(["first", "second"]);
  });

  it("reject names that are empty and times that are none", async () => {
    const { queues } = memory();
    await expect(queues.put("", text("?"))).rejects.toThrow("non-empty name");
    await expect(queues.take("q", { leaseMs: Number.NaN })).rejects.toThrow("leaseMs");
    await queues.put("q", text("fine"));
    const item = await queues.take("q");
    await expect(item.retry({ delayMs: -1 })).rejects.toThrow("delayMs");
    await expect(item.extend(Number.POSITIVE_INFINITY)).rejects.toThrow("leaseMs");
    await item.ack();
  });

  it("tell whoever settles an item after the network is closed", async () => {
    const network = memory();
    await network.queues.put("q", text("late"));
    const item = await network.queues.take("q");
    await network.close();
    await expect(item.ack()).rejects.toMatchObject({ code: "CLOSED" });
  });
});
