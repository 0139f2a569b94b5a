/**
 * What the processes can reach their state over.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { redis } from "@fourwire/transport-redis";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

/** How each of them is made; only Redis needs a server that runs already. */
const factories: Readonly<Record<string, (url: string) => Transport>> = {
  zmq: () => zmq(),
  ws: () => webSocket(),
  redis: (url) => redis({ url }),
};

/** Makes a transport by its name. Throws a `TypeError` that names those there are. */
export function transportOf(name: string, url: string): Transport {
  const create = factories[name];
  if (create) return create(url);
  throw new TypeError(`--transport is ${name}; expected one of ${Object.keys(factories).join(", ")}`);
}
