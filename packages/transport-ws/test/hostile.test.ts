import { once } from "node:events";
import type { Channel, Listener, Transport } from "@fourwire/transport";
import { joinFrames } from "@fourwire/transport";
import { accept, read, receive, text } from "@fourwire/transport/conformance";
import { webSocket } from "@fourwire/transport-ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { say, sayHello } from "./stranger.ts";

const MIB = 1024 * 1024;
const MAX_FRAMES = 65_536;

let transport: Transport;
let listener: Listener;
let near: Channel;
let far: Channel;

beforeEach(async () => {
  transport = webSocket({ maxMessageBytes: MIB, connectTimeoutMs: 1_000 });
  listener = await transport.listen("ws://127.0.0.1:0/fourwire");
  near = await transport.connect(listener.address);
  far = await accept(listener);
});

afterEach(() => transport.close());

/** A message whose header promises more than there is. */
function header(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  numbers.forEach((number, index) => {
    new DataView(bytes.buffer).setUint32(index * 4, number);
  });
  return bytes;
}

describe("a peer that sends", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["text", "hello", "A text message arrived"],
    ["empty text", "", "A text message arrived"],
    ["text that is no UTF-8", "\ud800", "A text message arrived"],
    ["nothing", new Uint8Array(0), "lengths that do not add up"],
    ["a message cut short", new Uint8Array(3), "lengths that do not add up"],
    ["no frames", header(0), "lengths that do not add up"],
    ["fewer bytes than it promises", header(1, 100), "lengths that do not add up"],
    ["more bytes than it promises", header(1, 0, 0), "lengths that do not add up"],
    ["lengths that overflow", header(2, 0xffff_ffff, 5, 0), "lengths that do not add up"],
    ["more frames than it has room for", header(0xffff), "lengths that do not add up"],
    ["more frames than a message may have", header(MAX_FRAMES + 1), "exceeds the limit of 65536"],
    ["a number of frames that is absurd", header(0xffff_ffff), "exceeds the limit of 65536"],
    ["too many bytes in many frames", joinFrames([new Uint8Array(MIB), new Uint8Array(1)]), "maxMessageBytes"],
  ])("%s loses its channel, and is told why", async (_, message, why) => {
    const socket = await sayHello(listener.address);
    const closed = once(socket, "close");
    const channel = await accept(listener);
    socket.send(message);
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining(why) });
    const [code, reason] = await closed;
    expect(code).toBe(4000);
    expect(String(reason)).toContain(why);
    await othersGoOn();
  });

  it("more than any message may have is cut off before it has sent everything", async () => {
    const socket = await sayHello(listener.address);
    const closed = once(socket, "close");
    const channel = await accept(listener);
    socket.send(new Uint8Array(4 * MIB));
    expect(await channel.closed).toMatchObject({ code: "LOST", message: expect.stringContaining("maxMessageBytes") });
    expect((await closed)[0]).not.toBe(1000);
    await othersGoOn();
  });

  it("a frame that WebSocket does not know loses its channel", async () => {
    const socket = await say(listener.address, opening());
    await once(socket, "data");
    const channel = await accept(listener);
    socket.write(Buffer.from([0x8f, 0xff, 0xff, 0xff]));
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    await othersGoOn();
  });

  it("frames without a mask loses its channel", async () => {
    const socket = await say(listener.address, opening());
    await once(socket, "data");
    const channel = await accept(listener);
    socket.write(Buffer.from([0x82, 0x01, 0x00]));
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    await othersGoOn();
  });

  it("a message in pieces without end is cut off at maxMessageBytes", async () => {
    const socket = await sayHello(listener.address);
    const channel = await accept(listener);
    for (let piece = 0; piece < 5; piece += 1) socket.send(new Uint8Array(MIB / 2), { fin: false });
    expect(await channel.closed).toMatchObject({ code: "LOST" });
    await othersGoOn();
  });
});

describe("a peer that leaves", () => {
  it.each<[string, (socket: Awaited<ReturnType<typeof sayHello>>) => void]>([
    ["without a close frame", (socket) => socket.terminate()],
    ["with a close frame that gives no code", (socket) => socket.close()],
    ["as browsers do that go to another page", (socket) => socket.close(1001)],
    ["with a code of its own", (socket) => socket.close(4999, "\u001b[31mred")],
  ])("%s is lost, not closed", async (_, leave) => {
    const socket = await sayHello(listener.address);
    const channel = await accept(listener);
    leave(socket);
    const reason = await channel.closed;
    expect(reason).toMatchObject({ code: "LOST" });
    expect(reason?.message).not.toContain("\u001b");
    await othersGoOn();
  });

  it("with code 1000 has said goodbye", async () => {
    const socket = await sayHello(listener.address);
    const channel = await accept(listener);
    socket.close(1000);
    expect(await channel.closed).toBeUndefined();
  });
});

describe("a stranger", () => {
  it.each([
    ["garbage", "\x00\x01\x02garbage\r\n\r\n"],
    ["half a request", "GET /fourwire HTTP/1.1\r\nHost: local"],
    ["a request without host", "GET /fourwire HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"],
    ["another upgrade", opening({ Upgrade: "h2c" })],
    ["a key that is none", opening({ "Sec-WebSocket-Key": "short" })],
    ["another version", opening({ "Sec-WebSocket-Version": "7" })],
    ["a path that is none", opening({}, "//[")],
  ])("that says %s is hung up on, and nobody else notices", async (_, words) => {
    const socket = await say(listener.address, words);
    socket.resume();
    await once(socket, "close");
    await othersGoOn();
  });

  it("that comes and goes by the thousand leaves nothing behind", async () => {
    for (let round = 0; round < 10; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => say(listener.address, opening())));
      for (const socket of sockets) socket.destroy();
    }
    await othersGoOn();
    await using limited = webSocket({ maxChannels: 2 });
    const busy = await limited.listen();
    for (let count = 0; count < 20; count += 1) {
      const channel = await limited.connect(busy.address);
      const accepted = await accept(busy);
      await channel.close();
      await accepted.closed;
      await accepted.close();
    }
  });

  it("is one of a thousand that connect at once, and all are served", async () => {
    await using patient = webSocket();
    const channels = await Promise.all(Array.from({ length: 1_000 }, () => patient.connect(listener.address)));
    for (const channel of channels) await channel.send(text("here"));
    for (const _ of channels) expect(read(await receive(await accept(listener)))).toBe("here");
    await othersGoOn();
  });
});

function opening(headers: Readonly<Record<string, string>> = {}, path = "/fourwire"): string {
  const all = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "fourwire.v1",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

async function othersGoOn(): Promise<void> {
  await near.send(text("ping"));
  expect(read(await receive(far))).toBe("ping");
  await far.send(text("pong"));
  expect(read(await receive(near))).toBe("pong");
}
