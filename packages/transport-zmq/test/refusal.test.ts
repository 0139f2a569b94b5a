import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { accept } from "@fourwire/transport/conformance";
import type { ZmqOptions } from "@fourwire/transport-zmq";
import { zmq } from "@fourwire/transport-zmq";
import { expect, it } from "vitest";
import { approach } from "./stranger.ts";

/** Prompt: well before any timeout of the driver. */
const PROMPTLY_MS = 1_000;

it.each(["tcp://127.0.0.1:1", "tcp://localhost:1", "ipc:///tmp/fourwire-nobody", "inproc://nobody"])(
  "is refused promptly when nobody listens at %s",
  async (address) => {
    await using transport = zmq();
    const before = performance.now();
    await expect(transport.connect(address)).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("obody listens"),
    });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  },
);

it("is refused when many connect to an inproc name that nobody bound, which can be bound afterwards", async () => {
  await using transport = zmq();
  const attempts = Array.from({ length: 50 }, () => transport.connect("inproc://later"));
  for (const { status } of await Promise.allSettled(attempts)) expect(status).toBe("rejected");
  await transport.listen("inproc://later");
  await transport.connect("inproc://later");
});

it("is refused promptly by a server that does not speak ZeroMQ", async () => {
  await using stranger = await startServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await using transport = zmq();
  const before = performance.now();
  await expect(transport.connect(stranger.address)).rejects.toMatchObject({ code: "REFUSED" });
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
});

it("is refused after connectTimeoutMs by a server that says nothing", async () => {
  await using silent = await startServer(() => undefined);
  await using transport = zmq({ connectTimeoutMs: 100 });
  await expect(transport.connect(silent.address)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("connectTimeoutMs"),
  });
});

it("stops waiting for a silent server when the signal aborts or the transport closes", async () => {
  await using silent = await startServer(() => undefined);
  await using transport = zmq();
  const controller = new AbortController();
  const waiting = transport.connect(silent.address, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  const another = expect(transport.connect(silent.address)).rejects.toMatchObject({ code: "CLOSED" });
  await transport.close();
  await another;
});

it("refuses more than maxChannels, and accepts again when one is closed", async () => {
  await using transport = zmq({ maxChannels: 1 });
  const listener = await transport.listen();
  const first = await transport.connect(listener.address);
  const far = await accept(listener);
  await expect(transport.connect(listener.address)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("maxChannels"),
  });
  await first.close();
  await far.close();
  await transport.connect(listener.address);
});

it("refuses another version of the protocol with a reason", async () => {
  await using transport = zmq();
  const { address } = await transport.listen();
  const { dealer, kill } = approach(address);
  await dealer.send([new Uint8Array(0), Uint8Array.of(0x01, 0x34, 0x57, 0x02)]);
  const [empty, answer] = await dealer.receive();
  expect(empty?.byteLength).toBe(0);
  expect(answer?.toString("latin1")).toBe("\x03it speaks version 1 of the protocol, not 2");
  kill();
});

it.each<[string, ZmqOptions]>([
  ["maxMessageBytes", { maxMessageBytes: 10 }],
  ["maxInboxBytes", { maxInboxBytes: -1 }],
  ["maxChannels", { maxChannels: 0 }],
  ["connectTimeoutMs", { connectTimeoutMs: Number.NaN }],
  ["closeTimeoutMs", { closeTimeoutMs: 0.5 }],
  ["keepaliveMs", { keepaliveMs: Number.POSITIVE_INFINITY }],
])("names %s when it is out of range", (field, options) => {
  expect(() => zmq(options)).toThrow(new RegExp(`^${field} is an integer from`));
});

async function startServer(onConnection: (socket: Socket) => unknown) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has an address object.
  const { port } = server.address() as AddressInfo;
  return {
    address: `tcp://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
