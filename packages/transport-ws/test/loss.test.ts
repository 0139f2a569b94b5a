import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { webSocket } from "@fourwire/transport-ws";
import { expect, it } from "vitest";
import { startPeer } from "./peer.ts";
import { sayHello } from "./stranger.ts";

const PROMPTLY_MS = 1_000;
const MIB = 1024 * 1024;

it("notices within a second that a connected process was killed", async () => {
  await using transport = webSocket();
  const listener = await transport.listen();
  const peer = await startPeer({ connect: listener.address });
  const channel = await accept(listener);
  const before = performance.now();
  await peer.kill();
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
});

it("notices within a second that the listening process was killed", async () => {
  await using transport = webSocket();
  const peer = await startPeer({ listen: "ws://127.0.0.1:0" });
  const channel = await transport.connect(peer.said);
  const before = performance.now();
  await peer.kill();
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  await expect(channel.send(text("anybody?"))).rejects.toMatchObject({ code: "LOST" });
});

it("delivers what had arrived before the far end was killed", async () => {
  await using transport = webSocket();
  const peer = await startPeer({ listen: "ws://127.0.0.1:0" });
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

it("is lost at both ends when the network cuts it", async () => {
  await using transport = webSocket();
  const listener = await transport.listen("ws://127.0.0.1:0/fourwire");
  await using network = await faultProxy(listener.address, { seed: 7 });
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  network.cut();
  expect(await near.closed).toMatchObject({ code: "LOST" });
  expect(await far.closed).toMatchObject({ code: "LOST" });
});

it("never delivers part of a message that was cut", async () => {
  await using transport = webSocket();
  const listener = await transport.listen();
  await using network = await faultProxy(listener.address, { seed: 7 });
  network.cutAfter(MIB);
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  const sent = near.send([new Uint8Array(2 * MIB)]);
  expect(await receive(far)).toBeUndefined();
  expect(await far.closed).toMatchObject({ code: "LOST" });
  await Promise.allSettled([sent]);
});

it("carries messages whole and in order over a network that slices and delays them", async () => {
  await using transport = webSocket();
  const listener = await transport.listen();
  await using network = await faultProxy(listener.address, { seed: 7 });
  network.slice([1, 16]);
  network.delay([0, 3]);
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  for (let count = 0; count < 50; count += 1) await near.send(text(String(count), "x".repeat(count)));
  for (let count = 0; count < 50; count += 1) expect(read(await receive(far))).toBe(`${count}|${"x".repeat(count)}`);
});

it("makes a sender wait whose far end does not read, and lets it go on afterwards", async () => {
  await using transport = webSocket({ maxBufferedBytes: MIB });
  const listener = await transport.listen();
  await using network = await faultProxy(listener.address, { seed: 7 });
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  network.stall();
  let accepted = 0;
  const sending = (async () => {
    for (; accepted < 64; accepted += 1) await near.send([new Uint8Array(MIB)]);
  })();
  // Another channel takes its turns meanwhile, as many as the sender would need.
  const other = await transport.connect(listener.address);
  const otherFar = await accept(listener);
  for (let round = 0; round < 200; round += 1) {
    await other.send(text("ping"));
    await receive(otherFar);
  }
  expect(accepted).toBeLessThan(64);
  network.resume();
  for (let count = 0; count < 64; count += 1) expect((await receive(far))?.[0]?.byteLength).toBe(MIB);
  await sending;
});

it("rejects a send that waits when the connection is cut", async () => {
  await using transport = webSocket({ maxBufferedBytes: 0 });
  const listener = await transport.listen();
  await using network = await faultProxy(listener.address, { seed: 7 });
  const near = await transport.connect(network.address);
  network.stall();
  const sends = Promise.allSettled(Array.from({ length: 64 }, () => near.send([new Uint8Array(MIB)])));
  network.cut();
  const reason = await near.closed;
  expect(reason).toMatchObject({ code: "LOST" });
  const rejected = (await sends).filter(({ status }) => status === "rejected");
  expect(rejected.length).toBeGreaterThan(0);
  for (const send of rejected) expect(send).toEqual({ status: "rejected", reason });
});

it("ends only the channel whose reader leaves too much unread, and tells its far end why", async () => {
  await using transport = webSocket({ maxInboxBytes: MIB });
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

it("closes within closeTimeoutMs although the far end does not answer", async () => {
  await using transport = webSocket({ closeTimeoutMs: 50 });
  const listener = await transport.listen();
  const socket = await sayHello(listener.address);
  const channel = await accept(listener);
  // What is not read is not answered.
  socket.pause();
  await channel.close();
  expect(await channel.closed).toBeUndefined();
  socket.terminate();
});

it("lets the event loop turn while a sender does nothing but send", async () => {
  await using transport = webSocket();
  const listener = await transport.listen();
  const channel = await transport.connect(listener.address);
  await accept(listener);
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  for (let sent = 0; sent < 5_000; sent += 1) await channel.send(text("x"));
  clearImmediate(next);
  expect(turns).toBeGreaterThan(5);
});
