/** The browser's driver on Node: the socket of `ws` has the platform's interface, and its wire is a real one. */
import { TransportError } from "@fourwire/transport";
import { accept, conform, read, receive, text } from "@fourwire/transport/conformance";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { webSocket as webSocketOfNode } from "@fourwire/transport-ws";
import type { WebSocketOptions } from "@fourwire/transport-ws/browser";
import { webSocket } from "@fourwire/transport-ws/browser";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { startPeer } from "./peer.ts";

const MIB = 1024 * 1024;

/** An event that nobody listens for ends a Node process, and does nothing on the platform. */
class PlatformWebSocket extends WebSocket {
  constructor(address: string, protocols: string[]) {
    super(address, protocols);
    this.on("error", () => undefined);
  }
}

beforeAll(() => void vi.stubGlobal("WebSocket", PlatformWebSocket));
afterAll(() => void vi.unstubAllGlobals());

describe("the browser's WebSocket", () => {
  conform(it, {
    name: "ws-browser",
    create() {
      // It cannot listen, so Node does.
      const listening = webSocketOfNode();
      const connecting = webSocket();
      const close = async (): Promise<void> => void (await Promise.all([connecting.close(), listening.close()]));
      return { ...connecting, listen: listening.listen, close, [Symbol.asyncDispose]: close };
    },
    address: () => "ws://127.0.0.1:0",
    refusedAddress: () => "ws://127.0.0.1:1",
    invalidAddress: () => "tcp://127.0.0.1:1",
    victim: async (_, address) => await startPeer({ connect: address }),
  });
});

it("says that a browser cannot listen", async () => {
  await using transport = webSocket();
  await expect(transport.listen("ws://127.0.0.1:0")).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

it("speaks wss alone when told so, and is an encrypted transport then", async () => {
  await using transport = webSocket({ wssOnly: true });
  expect(transport.traits.encrypted).toBe(true);
  await expect(transport.connect("ws://127.0.0.1:1")).rejects.toMatchObject({ code: "ADDRESS_INVALID" });
});

it.each<[string, string | false, string]>([
  ["a reason", "the token has expired", "the token has expired"],
  ["none", false, "not authorized"],
])("reads why it is not authorized, with %s", async (_, verdict, reason) => {
  await using listening = webSocketOfNode({ verify: () => verdict });
  await using transport = webSocket();
  const { address } = await listening.listen();
  await expect(transport.connect(address)).rejects.toMatchObject({
    code: "UNAUTHORIZED",
    message: expect.stringContaining(reason),
  });
});

it("shows a token among its subprotocols", async () => {
  await using listening = webSocketOfNode({
    verify: ({ headers }) => headers["sec-websocket-protocol"]?.includes("token.123") ?? false,
  });
  await using transport = webSocket({ protocols: ["token.123"] });
  await transport.connect((await listening.listen()).address);
});

it("names the likely causes when the platform does not tell", async () => {
  await using listening = webSocketOfNode({ hosts: ["robots.example"] });
  await using transport = webSocket();
  const { address } = await listening.listen();
  const port = new URL(address).port;
  await expect(transport.connect(`ws://127.0.0.1:${port}/elsewhere`)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("nobody listens there"),
  });
});

it("waits while more than maxBufferedBytes wait for the network", async () => {
  await using listening = webSocketOfNode();
  await using transport = webSocket({ maxBufferedBytes: 0 });
  const listener = await listening.listen();
  const near = await transport.connect(listener.address);
  const far = await accept(listener);
  for (let count = 0; count < 4; count += 1) {
    await near.send([new Uint8Array(MIB)]);
    expect((await receive(far))?.[0]?.byteLength).toBe(MIB);
  }
});

it("stops waiting when the signal aborts or the transport closes, and when nobody answers", async () => {
  await using listening = webSocketOfNode({ verify: () => new Promise(() => undefined) });
  const { address } = await listening.listen();
  const controller = new AbortController();
  await using transport = webSocket();
  const waiting = transport.connect(address, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  const another = expect(transport.connect(address)).rejects.toMatchObject({ code: "CLOSED" });
  await transport.close();
  await another;
  await using impatient = webSocket({ connectTimeoutMs: 50 });
  await expect(impatient.connect(address)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("connectTimeoutMs"),
  });
});

it("goes on without the far end's answer to its goodbye after closeTimeoutMs", async () => {
  await using listening = webSocketOfNode();
  await using transport = webSocket({ closeTimeoutMs: 50 });
  const listener = await listening.listen();
  await using network = await faultProxy(listener.address);
  const near = await transport.connect(network.address);
  const far = await accept(listener);
  await near.send(text("first"));
  expect(read(await receive(far))).toBe("first");
  network.halfOpen();
  await near.close();
  expect(await near.closed).toBeUndefined();
  await transport.close();
});

it.each<[string, WebSocketOptions]>([
  ["maxMessageBytes", { maxMessageBytes: 10 }],
  ["protocols[1]", { protocols: ["fine", "not fine"] }],
])("names %s when it is wrong", (field, options) => {
  expect(() => webSocket(options)).toThrow(new RegExp(`^${field.replaceAll(/[[\]]/g, "\\$&")} is `));
});

it("has a recipe of plain data, out of the way of logs", () => {
  const transport = webSocket({ protocols: ["token.123"] });
  expect(JSON.stringify({ ...transport })).not.toContain("token.123");
  expect(structuredClone(transport.recipe)).toEqual({
    module: "@fourwire/transport-ws/browser",
    export: "webSocket",
    options: { protocols: ["token.123"] },
  });
});

it("says that a platform without WebSocket has none", async () => {
  vi.stubGlobal("WebSocket", undefined);
  await using transport = webSocket();
  const refused = transport.connect("ws://127.0.0.1:1");
  await expect(refused).rejects.toBeInstanceOf(TransportError);
  vi.stubGlobal("WebSocket", PlatformWebSocket);
});
