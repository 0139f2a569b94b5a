/**
 * The transports that the state's promises are checked over: a further one is one more line.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { redis } from "@fourwire/transport-redis";
import { lazyTestServer } from "@fourwire/transport-redis/test-server";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";
import { afterAll } from "vitest";

export interface TransportCase {
  readonly name: string;
  /** An address at which nobody listens. */
  readonly nowhere: string;
  /** Makes a transport that nobody else uses; it listens at a fresh address when none is given. */
  create(): Transport;
}

/** The Redis of the tests that ask for it, one a file. */
export const redisServer: { readonly url: string } = lazyTestServer(afterAll);

export const transports: readonly TransportCase[] = [
  { name: "memory", nowhere: "tcp://127.0.0.1:9", create: () => memory() },
  // The port of "discard", which needs privileges and at which nobody listens.
  { name: "zmq", nowhere: "tcp://127.0.0.1:9", create: () => zmq() },
  { name: "webSocket", nowhere: "ws://127.0.0.1:9", create: () => webSocket() },
  { name: "pipe", nowhere: "nobody", create: () => pipePair() },
  { name: "message port", nowhere: "nobody", create: () => messagePortPair() },
  { name: "redis", nowhere: "nobody", create: () => redis({ url: redisServer.url }) },
];
