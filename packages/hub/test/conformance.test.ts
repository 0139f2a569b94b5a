import { MessageChannel } from "node:worker_threads";
import type { HubBackend, ServeHubOptions, WithHubOptions } from "@fourwire/hub";
import { serveHub, withHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import type { Transport } from "@fourwire/transport";
import { conform, transportContract } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { messagePort } from "@fourwire/transport/message-port";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll, describe, it } from "vitest";
import { temporaryFolder } from "./temporary.ts";

const MIB = 1024 * 1024;
const server = lazyTestServer(afterAll);
const folder = temporaryFolder(afterAll);

/** What a hub adds; the channels are those of the transport, whose own test checks them. */
const PORTS = ["topics", "queues", "logs", "durable"];
const checks = transportContract.filter(({ needs = "" }) => PORTS.includes(needs));

/** Serves a hub that closes, with all it is served over, with the transport that uses it. */
async function withOwnHub(
  serving: ServeHubOptions,
  near: Transport,
  { backend, ...options }: WithHubOptions & { readonly backend?: HubBackend & AsyncDisposable } = {},
): Promise<Transport> {
  const hub = await serveHub({ maxQueuedBytes: MIB, maxLogBytes: MIB, ...serving, ...(backend && { backend }) });
  const transport = withHub(near, hub.address, options);
  const close = async (): Promise<void> => {
    await transport.close();
    await hub.close();
    await Promise.all([serving.transport.close(), backend?.[Symbol.asyncDispose]()]);
  };
  return { ...transport, close, [Symbol.asyncDispose]: close };
}

function onMemory(options: Parameters<typeof withOwnHub>[2] = {}): Promise<Transport> {
  const network = memory();
  return withOwnHub({ transport: network }, network, options);
}

function onMessagePort(): Promise<Transport> {
  const { port1, port2 } = new MessageChannel();
  return withOwnHub({ transport: messagePort(port2), address: "hub" }, messagePort(port1));
}

const hubs: Record<string, () => Promise<Transport>> = {
  "hub-memory": onMemory,
  "hub-backend": () => onMemory({ backend: memory({ maxQueuedBytes: MIB, maxLogBytes: MIB }) }),
  "hub-zmq": () => withOwnHub({ transport: zmq(), address: "tcp://127.0.0.1:0" }, zmq()),
  "hub-ws": () => withOwnHub({ transport: webSocket(), address: "ws://127.0.0.1:0/hub" }, webSocket()),
  "hub-message-port": onMessagePort,
  "hub-redis": () =>
    onMemory({ backend: redis({ url: server.url, maxQueuedBytes: MIB, maxLogBytes: MIB }), durable: true }),
  "hub-durable": () =>
    onMemory({ backend: durable({ path: folder, maxQueuedBytes: MIB, maxLogBytes: MIB }), durable: true }),
};

for (const [name, create] of Object.entries(hubs)) {
  describe(name, () => {
    const record = new URL(`conformance/${name}.json`, import.meta.url);
    conform(it, { name, checks, create, address: () => undefined, maxQueuedBytes: MIB, maxLogBytes: MIB, record });
  });
}
