import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { inspect } from "node:util";
import { accept } from "@fourwire/transport/conformance";
import type { WebSocketOptions } from "@fourwire/transport-ws";
import { webSocket } from "@fourwire/transport-ws";
import { expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { tls } from "./certificate.ts";
import { closeServer, listenAt } from "./http-server.ts";

/** Prompt: well before any timeout of the driver. */
const PROMPTLY_MS = 1_000;

it.each(["ws://127.0.0.1:1", "ws://localhost:1", "wss://127.0.0.1:1"])(
  "is refused promptly when nobody listens at %s",
  async (address) => {
    await using transport = webSocket();
    const before = performance.now();
    await expect(transport.connect(address)).rejects.toMatchObject({ code: "REFUSED" });
    expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  },
);

it("is refused by a web server, whose answer it tells", async () => {
  const server = createServer((_request, response) => response.writeHead(503).end("down for\nmaintenance"));
  const port = await listenAt(server);
  await using transport = webSocket();
  await expect(transport.connect(`ws://127.0.0.1:${port}`)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("503 down for?maintenance"),
  });
  await closeServer(server);
});

it("does not follow a redirection", async () => {
  const server = createServer((_request, response) => response.writeHead(302, { location: "ws://127.0.0.1:1" }).end());
  const port = await listenAt(server);
  await using transport = webSocket();
  await expect(transport.connect(`ws://127.0.0.1:${port}`)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("302"),
  });
  await closeServer(server);
});

it("is refused by an answer without end, promptly", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(403);
    const pour = (): void => {
      while (!response.destroyed && response.write("x".repeat(1_000)));
    };
    response.on("drain", pour);
    pour();
  });
  const port = await listenAt(server);
  await using transport = webSocket();
  const before = performance.now();
  await expect(transport.connect(`ws://127.0.0.1:${port}`)).rejects.toMatchObject({ code: "REFUSED" });
  expect(performance.now() - before).toBeLessThan(PROMPTLY_MS);
  await closeServer(server);
});

it("is refused by a WebSocket server of another protocol", async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: () => false });
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  await using transport = webSocket();
  await expect(transport.connect(`ws://127.0.0.1:${address.port}`)).rejects.toMatchObject({ code: "REFUSED" });
  server.close();
});

it("stops waiting for a silent server when the signal aborts, the transport closes, or connectTimeoutMs is over", async () => {
  const silent = createTcpServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  const place = `ws://127.0.0.1:${address.port}`;
  await using impatient = webSocket({ connectTimeoutMs: 50 });
  await expect(impatient.connect(place)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("connectTimeoutMs"),
  });
  await using transport = webSocket();
  const controller = new AbortController();
  const waiting = transport.connect(place, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  const another = expect(transport.connect(place)).rejects.toMatchObject({ code: "CLOSED" });
  await transport.close();
  await another;
  silent.close();
});

it("refuses more than maxChannels, and accepts again when one is closed", async () => {
  await using transport = webSocket({ maxChannels: 1 });
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

it.each<[string, WebSocketOptions]>([
  ["maxMessageBytes", { maxMessageBytes: 10 }],
  ["maxMessageBytes", { maxMessageBytes: 2 ** 31 }],
  ["maxInboxBytes", { maxInboxBytes: -1 }],
  ["maxBufferedBytes", { maxBufferedBytes: 0.5 }],
  ["maxChannels", { maxChannels: 0 }],
  ["connectTimeoutMs", { connectTimeoutMs: Number.NaN }],
  ["closeTimeoutMs", { closeTimeoutMs: Number.POSITIVE_INFINITY }],
])("names %s when it is out of range", (field, options) => {
  expect(() => webSocket(options)).toThrow(new RegExp(`^${field} is an integer from`));
});

it.each<[string, WebSocketOptions]>([
  ["origins[0]", { origins: ["https://app.example/"] }],
  ["origins[1]", { origins: ["null", "app.example"] }],
  ["origins[0]", { origins: ["*"] }],
  ["hosts[0]", { hosts: ["robots.example:8080"] }],
  ["hosts[0]", { hosts: ["https://robots.example"] }],
  ["protocols[0]", { protocols: ["two words"] }],
])("names %s when it is none", (field, options) => {
  expect(() => webSocket(options)).toThrow(field);
});

it("keeps keys and tokens out of logs, and in the recipe", () => {
  const options = { tls, headers: { authorization: "Bearer 123" }, maxChannels: 5 };
  const transport = webSocket(options);
  for (const shown of [inspect(transport, { depth: 10, showHidden: true }), JSON.stringify({ ...transport })]) {
    expect(shown).not.toContain("Bearer 123");
    expect(shown).not.toContain("PRIVATE KEY");
  }
  expect(structuredClone(transport.recipe)).toEqual({
    module: "@fourwire/transport-ws",
    export: "webSocket",
    options,
  });
});

it("has no recipe around what is this thread's own", () => {
  expect(webSocket({ server: createServer() }).recipe).toBeUndefined();
  expect(webSocket({ verify: () => true }).recipe).toBeUndefined();
});
