import { createServer } from "node:http";
import { conform } from "@fourwire/transport/conformance";
import { webSocket } from "@fourwire/transport-ws";
import { afterAll, beforeAll, describe, it } from "vitest";
import { tls } from "./certificate.ts";
import { closeServer, listenAt } from "./http-server.ts";
import { startPeer } from "./peer.ts";

describe("WebSocket on a port of its own", () => {
  conform(it, {
    name: "ws",
    record: new URL("conformance/ws.json", import.meta.url),
    create: () => webSocket(),
    address: () => "ws://127.0.0.1:0/fourwire",
    refusedAddress: () => "ws://127.0.0.1:1",
    invalidAddress: () => "tcp://127.0.0.1:1",
    victim: async (_, address) => await startPeer({ connect: address }),
  });
});

describe("WebSocket beside an HTTP server", () => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  let path = 0;
  beforeAll(() => listenAt(server));
  afterAll(() => closeServer(server));

  conform(it, {
    name: "ws-attached",
    record: new URL("conformance/ws-attached.json", import.meta.url),
    create: () => webSocket({ server }),
    address: () => `/path-${path++}`,
    victim: async (_, address) => await startPeer({ connect: address }),
  });
});

describe("WebSocket over TLS", () => {
  conform(it, {
    name: "wss",
    record: new URL("conformance/wss.json", import.meta.url),
    create: () => webSocket({ tls }),
    address: () => "wss://127.0.0.1:0/fourwire",
    invalidAddress: () => "ws://127.0.0.1:1",
    victim: async (_, address) => await startPeer({ connect: address, ca: tls.ca }),
  });
});
