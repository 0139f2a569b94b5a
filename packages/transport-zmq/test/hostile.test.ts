import type { Channel, Listener, Transport } from "@fourwire/transport";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { zmq } from "@fourwire/transport-zmq";
import { afterEach, beforeEach, expect, it } from "vitest";
import { approach, HELLO, sayHello } from "./stranger.ts";

const EMPTY = new Uint8Array(0);
const MIB = 1024 * 1024;

let transport: Transport;
let listener: Listener;
let near: Channel;
let far: Channel;

beforeEach(async () => {
  transport = zmq({ maxMessageBytes: MIB });
  listener = await transport.listen();
  near = await transport.connect(listener.address);
  far = await accept(listener);
});

afterEach(() => transport.close());

it.each<[string, readonly Uint8Array[]]>([
  ["data", text("data")],
  ["an empty frame", [EMPTY]],
  ["two empty frames", [EMPTY, EMPTY]],
  ["an unknown kind", [EMPTY, Uint8Array.of(0xff)]],
  ["a HELLO cut short", [EMPTY, Uint8Array.of(0x01, 0x34)]],
  ["a HELLO of a megabyte", [EMPTY, new Uint8Array(MIB).fill(0x01)]],
  ["a HELLO of many frames", [...HELLO, ...Array.from({ length: 10_000 }, () => EMPTY)]],
  ["WELCOME", [EMPTY, Uint8Array.of(0x02, 0x01)]],
  ["BYE", [EMPTY, Uint8Array.of(0x04)]],
  ["data in disguise", [EMPTY, Uint8Array.of(0x00), ...text("data")]],
])("ignores %s before HELLO, and welcomes the stranger afterwards", async (_, message) => {
  const { dealer, kill } = approach(listener.address);
  await dealer.send([...message]);
  await dealer.send([...HELLO]);
  expect((await dealer.receive()).map((frame) => frame.toString("hex"))).toEqual(["", "0201"]);
  const channel = await accept(listener);
  await dealer.send("first");
  expect(read(await receive(channel))).toBe("first");
  kill();
  await othersGoOn();
});

it.each<[string, readonly Uint8Array[]]>([
  ["an unknown kind", [EMPTY, Uint8Array.of(0xff)]],
  ["an empty control message", [EMPTY, EMPTY]],
  ["a BYE with a body", [EMPTY, Uint8Array.of(0x04, 0x04)]],
  ["WELCOME", [EMPTY, Uint8Array.of(0x02, 0x01)]],
  ["frames that exceed maxMessageBytes together", [new Uint8Array(MIB), new Uint8Array(1)]],
  ["more frames than a message may have", Array.from({ length: 65_537 }, () => Uint8Array.of(1))],
])("ends the channel of a peer that sends %s", async (_, message) => {
  const { dealer, kill } = await sayHello(listener.address);
  const channel = await accept(listener);
  await dealer.send([...message]);
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  const [empty, answer] = await dealer.receive();
  expect(empty?.byteLength).toBe(0);
  expect(answer?.[0]).toBe(0x05);
  kill();
  await othersGoOn();
});

it("hangs up on a frame that is larger than maxMessageBytes", async () => {
  const { dealer } = await sayHello(listener.address);
  const channel = await accept(listener);
  await dealer.send(new Uint8Array(MIB + 1));
  expect(await channel.closed).toMatchObject({ code: "LOST" });
  await othersGoOn();
});

it("opens one channel for a peer that says HELLO without end", async () => {
  const { dealer, kill } = await sayHello(listener.address);
  const channel = await accept(listener);
  for (let count = 0; count < 1_000; count += 1) await dealer.send([...HELLO]);
  await dealer.send("still one");
  expect(read(await receive(channel))).toBe("still one");
  kill();
  await othersGoOn();
  // The next channel taken belongs to the next that connects.
  const next = await transport.connect(listener.address);
  await next.send(text("next"));
  expect(read(await receive(await accept(listener)))).toBe("next");
});

it("does not greet a peer again whose channel is over", async () => {
  const { dealer, kill } = await sayHello(listener.address);
  const channel = await accept(listener);
  await dealer.send([EMPTY, Uint8Array.of(0x04)]);
  expect(await channel.closed).toBeUndefined();
  expect((await dealer.receive()).map((frame) => frame.toString("hex"))).toEqual(["", "04"]);
  await dealer.send([...HELLO]);
  await othersGoOn();
  expect(dealer.readable).toBe(false);
  kill();
});

it("survives strangers that come and go by the hundred", async () => {
  const strangers = Array.from({ length: 200 }, () => approach(listener.address));
  for (const { dealer } of strangers) await dealer.send([EMPTY, Uint8Array.of(0x01)]);
  for (const { kill } of strangers) kill();
  await othersGoOn();
});

async function othersGoOn(): Promise<void> {
  await near.send(text("ping"));
  expect(read(await receive(far))).toBe("ping");
  await far.send(text("pong"));
  expect(read(await receive(near))).toBe("pong");
}
