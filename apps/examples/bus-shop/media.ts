/**
 * What the shop can run over.
 *
 * @module
 */

import { serveHub, withHub } from "@fourwire/hub";
import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

/** A medium that is open for business; disposing it closes it. */
export interface Medium extends AsyncDisposable {
  /** Where other processes join; absent where there can be none. */
  readonly address: string | undefined;
  /** Joins from this process. */
  join(): Transport;
}

/** How each medium is opened, and joined by its address. */
export const media: Readonly<Record<string, { open(): Promise<Medium>; join(address: string): Transport }>> = {
  memory: { open: async () => openMemory(), join: () => memory() },
  zmq: { open: () => openHub(() => zmq(), "tcp://127.0.0.1:0"), join: (address) => withHub(zmq(), address) },
  ws: { open: () => openHub(() => webSocket(), "ws://127.0.0.1:0"), join: (address) => withHub(webSocket(), address) },
  redis: { open: async () => openRedis(), join: (address) => redis({ url: address }) },
};

/** Finds a medium by its name. Throws a `TypeError` that names those there are. */
export function mediumOf(name: string): NonNullable<(typeof media)[string]> {
  const medium = media[name];
  if (medium) return medium;
  throw new TypeError(`--transport is ${name}; expected one of ${Object.keys(media).join(", ")}`);
}

function openMemory(): Medium {
  const transport = memory();
  return { address: undefined, join: () => transport, [Symbol.asyncDispose]: () => transport.close() };
}

async function openHub(create: () => Transport, at: string): Promise<Medium> {
  const transport = create();
  const hub = await serveHub({ transport, address: at });
  return {
    address: hub.address,
    join: () => withHub(create(), hub.address),
    async [Symbol.asyncDispose]() {
      await hub.close();
      await transport.close();
    },
  };
}

/** A Redis of the shop's own: `redis-server` has to be installed. */
function openRedis(): Medium {
  const server = testServer();
  return {
    address: server.url,
    join: () => redis({ url: server.url }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
