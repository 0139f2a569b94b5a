/**
 * The transports that the bus's promises are checked over: a further one is one more line.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HubBackend, serveHub, withHub } from "@fourwire/hub";
import { durable } from "@fourwire/hub/durable";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll } from "vitest";

/** A medium that several transports reach; disposing it ends all of them. */
export interface Medium extends AsyncDisposable {
  /** Makes a transport as another process would have it. */
  join(): Transport;
}

export interface MediumCase {
  readonly name: string;
  /** Whether `publish` knows how many it reaches. */
  readonly countsReceivers: boolean;
  create(): Promise<Medium>;
}

export const media: readonly MediumCase[] = [
  { name: "memory", countsReceivers: true, create: async () => shared(memory()) },
  { name: "a hub over ZeroMQ", countsReceivers: true, create: () => overHub(() => zmq(), "tcp://127.0.0.1:0") },
  { name: "a hub over WebSocket", countsReceivers: true, create: () => overHub(() => webSocket(), "ws://127.0.0.1:0") },
  { name: "a durable hub over ZeroMQ", countsReceivers: true, create: overDurableHub },
  { name: "Redis", countsReceivers: false, create: async () => overRedis() },
];

const server = lazyTestServer(afterAll);
/** Keeps the tests on one Redis apart. */
let redisPrefixes = 0;

/** A transport that all share: its close is the medium's. */
function shared(transport: Transport): Medium {
  return { join: () => transport, [Symbol.asyncDispose]: () => transport.close() };
}

/** A transport of its own for everybody who joins. */
function apart(create: () => Transport, end: () => Promise<void> = async () => undefined): Medium {
  const joined: Transport[] = [];
  return {
    join() {
      const transport = create();
      joined.push(transport);
      return transport;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(joined.map((transport) => transport.close()));
      await end();
    },
  };
}

/** A hub, which everybody joins by its address. */
async function overHub(create: () => Transport, address: string, backend?: HubBackend): Promise<Medium> {
  const served = create();
  const hub = await serveHub({ transport: served, address, ...(backend && { backend }) });
  const join = (): Transport => withHub(create(), hub.address, { durable: backend !== undefined });
  return apart(join, async () => {
    await hub.close();
    await served.close();
  });
}

/** A hub whose queues are in a file. */
async function overDurableHub(): Promise<Medium> {
  const path = mkdtempSync(join(tmpdir(), "fourwire-bus-"));
  const backend = durable({ path });
  const medium = await overHub(() => zmq(), "tcp://127.0.0.1:0", backend);
  return {
    join: medium.join,
    async [Symbol.asyncDispose]() {
      await medium[Symbol.asyncDispose]();
      await backend.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function overRedis(): Medium {
  redisPrefixes += 1;
  const prefix = `bus-${redisPrefixes}`;
  return apart(() => redis({ url: server.url, prefix }));
}
