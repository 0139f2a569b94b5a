import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";
import { startPeer } from "./peer.ts";
import { sayHello } from "./stranger.ts";

const PROMPTLY_MS = 1_000;
const MIB = 1024 * 1024;

it.each(["tcp://127.0.0.1:0", "ipc://*"])(
  "notices within a second that a connected process was killed, over %s",
  async (address) => {
    await using transport = zmq();
    const listener = await transport.listen(address);
    const peer = await startPeer({ connect: listener.address });
    const channel = await accept(listener);
    const before = performance.now();
    await peer.kill();
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  },
);

it.each(["tcp://127.0.0.1:0", "ipc://*"])(
  "notices within a second that the listening process was killed, over %s",
  async (address) => {
    await using transport = zmq();
    const peer = await startPeer({ listen: address });
    const channel = await transport.connect(peer.said);
    const before = performance.now();
    await peer.kill();
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
    await expect(channel.send(text("anybody?"))).rejects.toMatchObject({ code: "LOST" });
    // Whoever is killed cannot tidy up.
    if (address === "ipc://*") await rm(dirname(peer.said.slice("ipc://".length)), { recursive: true });
  },
);

it("delivers what had arrived before the far end was killed", async () => {
  await using transport = zmq();
  const peer = await startPeer({ listen: "tcp://127.0.0.1:0" });
  const channel = await transport.connect(peer.said);
  for (let count = 0; count < 1_000; count += 1) await channel.send(text(String(count)));
  expect(read(await receive(channel))).toBe("0");
  await peer.kill();
  let expected = 1;
  for await (const frames of channel) {
    expect(read(frames)).toBe(String(expected));
    expected += 1;
  }
  expect(await channel.closed).toMatchObject({ code: "LOST" });
});

it("notices that the far end within this process is gone without a goodbye", async () => {
  await using transport = zmq();
  const listener = await transport.listen("inproc://*");
  const { kill } = await sayHello(listener.address);
  const channel = await accept(listener);
  kill();
  expect(await channel.closed).toMatchObject({ code: "LOST" });
});

it("ends only the channel whose reader leaves too much unread, and tells its far end why", async () => {
  await using transport = zmq({ maxInboxBytes: MIB });
  const listener = await transport.listen();
  const slow = await transport.connect(listener.address);
  const unread = await accept(listener);
  const quick = await transport.connect(listener.address);
  const answering = await accept(listener);
  for (let count = 0; count < 3; count += 1) await slow.send([new Uint8Array(MIB / 2)]);
  expect(await unread.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxInboxBytes") });
  expect(await slow.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxInboxBytes") });
  await quick.send(text("ping"));
  expect(read(await receive(answering))).toBe("ping");
});

it("answers others while a reader of many megabytes does not read", async () => {
  await using transport = zmq();
  const listener = await transport.listen();
  const slow = await transport.connect(listener.address);
  await accept(listener);
  for (let count = 0; count < 32; count += 1) await slow.send([new Uint8Array(MIB)]);
  const quick = await transport.connect(listener.address);
  const answering = await accept(listener);
  await quick.send(text("ping"));
  expect(read(await receive(answering))).toBe("ping");
});

it("closes within closeTimeoutMs although the far end does not answer", async () => {
  await using transport = zmq({ closeTimeoutMs: 50 });
  const listener = await transport.listen();
  const { kill } = await sayHello(listener.address);
  const channel = await accept(listener);
  await channel.close();
  expect(await channel.closed).toBeUndefined();
  kill();
});
