import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { MessagePort } from "node:worker_threads";
import { MessageChannel, markAsUntransferable, Worker } from "node:worker_threads";
import { GivenFrame, SharedFrame } from "@fourwire/transport";
import { accept, read, receive, rejectsWith, text } from "@fourwire/transport/conformance";
import { messagePort } from "@fourwire/transport/message-port";
import { describe, expect, it } from "vitest";

const LARGE = 100_000;

function startThread(task: string, more: { address?: string; port?: MessagePort } = {}): Worker {
  const { address = "here", port } = more;
  return new Worker(new URL("peer-thread.js", import.meta.url), {
    execArgv: [],
    workerData: { task, address, port },
    transferList: port ? [port] : [],
  });
}

describe("a message port to a worker", () => {
  it("connects before the worker has started up", async () => {
    const worker = startThread("echo", { address: "calculator" });
    await using transport = messagePort(worker);
    const channel = await transport.connect("calculator");
    await channel.send(text("one", "two"));
    expect(read(await receive(channel))).toBe("one|two");
    await rejectsWith("REFUSED", transport.connect("elsewhere"));
    await worker.terminate();
  });

  it("ends its channels with LOST when the worker is terminated", async () => {
    const worker = startThread("echo");
    await using transport = messagePort(worker);
    const channel = await transport.connect("here");
    await worker.terminate();
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    await rejectsWith("CLOSED", transport.connect("here"));
    await using late = messagePort(worker);
    await rejectsWith("CLOSED", late.connect("here"));
  });

  it("ends its channels with LOST when a busy worker is terminated", async () => {
    const worker = startThread("busy");
    await using transport = messagePort(worker);
    const channel = await accept(await transport.listen("here"));
    await channel.send(text("work"));
    await worker.terminate();
    expect(await channel.closed).toMatchObject({ code: "LOST" });
  });

  it("lets a worker that closed its channel end by itself", async () => {
    const worker = startThread("leave");
    await using transport = messagePort(worker);
    const channel = await accept(await transport.listen("here"));
    expect(read(await receive(channel))).toBe("bye");
    expect(await channel.closed).toBeUndefined();
    expect(await once(worker, "exit")).toEqual([0]);
  });

  it("keeps a worker alive by an idle channel, and no longer once that is closed", async () => {
    const worker = startThread("idle");
    const exited = once(worker, "exit");
    await using transport = messagePort(worker);
    const channel = await accept(await transport.listen("here"));
    let hasExited = false;
    void exited.then(() => (hasExited = true));
    // As long as another worker takes to start up and end.
    await once(new Worker("", { eval: true, execArgv: [] }), "exit");
    expect(hasExited).toBe(false);
    await channel.close();
    expect(await exited).toEqual([0]);
  });

  it("has a recipe that builds the worker's end", async () => {
    const worker = startThread("echo");
    await using transport = messagePort(worker, { maxChannels: 7 });
    expect(transport.recipe).toEqual({
      module: "@fourwire/transport/message-port",
      export: "messagePort",
      options: { maxChannels: 7 },
    });
    await worker.terminate();
  });
});

describe("a message port", () => {
  it("leads to whichever thread has the other port, and sees that thread end", async () => {
    const { port1, port2 } = new MessageChannel();
    const worker = startThread("echo", { port: port2 });
    await using transport = messagePort(port1);
    expect(transport.recipe).toBeUndefined();
    const channel = await transport.connect("here");
    await channel.send(text("hello"));
    expect(read(await receive(channel))).toBe("hello");
    await worker.terminate();
    expect(await channel.closed).toMatchObject({ code: "LOST" });
  });

  it.each([
    ["a text", "hello", "not a message of this driver"],
    ["another array", [1, 2, 3], "not a message of this driver"],
    ["an unknown kind", [77, 1, ""], "not a message of this driver"],
    ["frames that are none", [4, 1, "frame"], "not a message of this driver"],
    ["no greeting first", [1, 1, "here"], "does not speak this driver's protocol"],
  ])("ends and says why when %s arrives", async (_, message, reason) => {
    const { port1, port2 } = new MessageChannel();
    await using transport = messagePort(port1);
    const connecting = transport.connect("here").catch((error: unknown) => error);
    port2.postMessage(message);
    expect(await connecting).toMatchObject({ code: "CLOSED", message: expect.stringContaining(reason) });
    port2.close();
  });

  it("ends an open channel with LOST when something foreign arrives", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1);
    await using other = messagePort(port2);
    await other.listen("here");
    const channel = await one.connect("here");
    port2.postMessage({ foreign: true });
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("driver") });
  });

  it("tells the far end when it is closed, although that thread goes on", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1);
    await using other = messagePort(port2);
    await other.listen("here");
    const channel = await one.connect("here");
    await other.close();
    expect(await channel.closed).toBeUndefined();
    await rejectsWith("CLOSED", one.connect("here"));
  });

  it("copies what it sends, shared memory included", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1);
    await using other = messagePort(port2);
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const frames = [
      new Uint8Array(LARGE),
      new Uint8Array(new SharedArrayBuffer(LARGE)),
      new Uint8Array(new SharedArrayBuffer(8)),
    ];
    await channel.send(frames);
    for (const frame of frames) frame.fill(7);
    const received = (await receive(await accept(listener))) ?? [];
    expect(received.map((frame) => [frame.byteLength, frame[0]])).toEqual([
      [LARGE, 0],
      [LARGE, 0],
      [8, 0],
    ]);
    for (const frame of received) expect(frame.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("moves frames that are given away, and shares those that are to be shared", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1);
    await using other = messagePort(port2);
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const given = new GivenFrame(new ArrayBuffer(LARGE));
    given.fill(1);
    const kept = new Uint8Array(LARGE).fill(2);
    const part = new GivenFrame(new ArrayBuffer(2 * LARGE), LARGE);
    part.fill(3);
    const shared = new SharedFrame(new SharedArrayBuffer(8), 4, 2);
    await channel.send([given, kept, part, shared]);
    expect([given, kept, part, shared].map(({ byteLength }) => byteLength)).toEqual([0, LARGE, LARGE, 2]);
    const received = (await receive(await accept(listener))) ?? [];
    expect(received.map((frame) => [frame.byteLength, frame[0]])).toEqual([
      [LARGE, 1],
      [LARGE, 2],
      [LARGE, 3],
      [2, 0],
    ]);
    for (const frame of received) expect(frame.constructor).toBe(Uint8Array);
    shared[1] = 9;
    expect(received[3]?.[1]).toBe(9);
    expect(part.slice().constructor).toBe(Uint8Array);
    expect(shared.slice().constructor).toBe(Uint8Array);
  });

  it("copies a frame that is given away when its memory cannot be moved", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1);
    await using other = messagePort(port2);
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const { buffer } = new Uint8Array(LARGE).fill(1);
    markAsUntransferable(buffer);
    const shared = new SharedFrame(new SharedArrayBuffer(1));
    await channel.send([new GivenFrame(buffer), shared]);
    const received = (await receive(await accept(listener))) ?? [];
    shared[0] = 7;
    expect(received.map((frame) => [frame.byteLength, frame[0]])).toEqual([
      [LARGE, 1],
      [1, 7],
    ]);
    expect(buffer.byteLength).toBe(LARGE);
  });

  it("moves what it sends when told to, and copies what is not whole or not large", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1, { transfer: true });
    await using other = messagePort(port2);
    expect([one.traits.transferables, other.traits.transferables]).toEqual([true, true]);
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const whole = new Uint8Array(LARGE).fill(1);
    const view = new Uint8Array(2 * LARGE).fill(2).subarray(LARGE);
    const small = new Uint8Array(10).fill(3);
    await channel.send([whole, view, small, whole]);
    expect([whole.byteLength, view.byteLength, small.byteLength]).toEqual([0, LARGE, 10]);
    const received = (await receive(await accept(listener))) ?? [];
    expect(received.map((frame) => [frame.byteLength, frame[0]])).toEqual([
      [LARGE, 1],
      [LARGE, 2],
      [10, 3],
      [LARGE, 1],
    ]);
  });

  it("copies memory that cannot be moved", async () => {
    const { port1, port2 } = new MessageChannel();
    await using one = messagePort(port1, { transfer: true });
    await using other = messagePort(port2);
    const listener = await other.listen("here");
    const channel = await one.connect("here");
    const frame = new Uint8Array(LARGE).fill(1);
    markAsUntransferable(frame.buffer);
    await channel.send([frame]);
    expect((await receive(await accept(listener)))?.[0]?.[0]).toBe(1);
    expect(frame.byteLength).toBe(LARGE);
  });

  it("names what is wrong", () => {
    const { port1 } = new MessageChannel();
    expect(() => messagePort()).toThrow("This is no worker: give the worker or the port that leads to the far end");
    expect(() => messagePort(port1, { maxInboxBytes: 0.5 })).toThrow(/maxInboxBytes/);
    const wrong: unknown = "yes";
    expect(() => messagePort(port1, { transfer: wrong as boolean })).toThrow(/transfer/);
    port1.close();
  });
});

it("imports nothing of Node's, so that browsers can load it", async () => {
  const seen = new Set<string>();
  const visit = async (module: URL): Promise<void> => {
    if (seen.has(module.href)) return;
    seen.add(module.href);
    const source = await readFile(module, "utf8");
    for (const [, specifier = ""] of source.matchAll(/^(?:import|export)(?! type).*? from "(.*)";$/gm)) {
      expect(specifier).toMatch(/^\.\//);
      await visit(new URL(specifier, module));
    }
  };
  await visit(new URL("../src/message-port.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(5);
});
