import { MessageChannel } from "node:worker_threads";
import type { Hub } from "@fourwire/hub";
import { serveHub, withHub } from "@fourwire/hub";
import type { Transport } from "@fourwire/transport";
import { conform, transportContract } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { messagePort } from "@fourwire/transport/message-port";
import { zmq } from "@fourwire/transport-zmq";
import { describe, it } from "vitest";

const MIB = 1024 * 1024;

/** What a hub adds; the channels are those of the transport, whose own test checks them. */
const checks = transportContract.filter(({ needs }) => needs === "topics" || needs === "queues");

/** Closes the hub and what it is served over with the transport that uses it. */
function withOwnHub(transport: Transport, hub: Hub, served: Transport): Transport {
  const close = async (): Promise<void> => {
    await transport.close();
    await hub.close();
    await served.close();
  };
  return { ...transport, close, [Symbol.asyncDispose]: close };
}

describe("a hub over memory", () => {
  conform(it, {
    name: "hub-memory",
    checks,
    async create() {
      const network = memory();
      const hub = await serveHub({ transport: network, maxQueuedBytes: MIB });
      return withOwnHub(withHub(network, hub.address), hub, network);
    },
    address: () => undefined,
    maxQueuedBytes: MIB,
  });
});

describe("a hub over memory, with a backend", () => {
  conform(it, {
    name: "hub-backend",
    checks,
    async create() {
      const network = memory();
      const hub = await serveHub({ transport: network, backend: memory({ maxQueuedBytes: MIB }) });
      return withOwnHub(withHub(network, hub.address), hub, network);
    },
    address: () => undefined,
    maxQueuedBytes: MIB,
  });
});

describe("a hub over ZeroMQ", () => {
  conform(it, {
    name: "hub-zmq",
    checks,
    async create() {
      const served = zmq();
      const hub = await serveHub({ transport: served, address: "tcp://127.0.0.1:0", maxQueuedBytes: MIB });
      return withOwnHub(withHub(zmq(), hub.address), hub, served);
    },
    address: () => undefined,
    maxQueuedBytes: MIB,
  });
});

describe("a hub over a message port", () => {
  conform(it, {
    name: "hub-message-port",
    checks,
    async create() {
      const { port1, port2 } = new MessageChannel();
      const served = messagePort(port2);
      const hub = await serveHub({ transport: served, address: "hub", maxQueuedBytes: MIB });
      return withOwnHub(withHub(messagePort(port1), hub.address), hub, served);
    },
    address: () => undefined,
    maxQueuedBytes: MIB,
  });
});
