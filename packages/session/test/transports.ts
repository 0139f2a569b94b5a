/**
 * The transports that the session's promises are checked over: a further one is one more line.
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
  /** Makes a transport that nobody else uses; it listens at a fresh address when none is given. */
  create(): Transport;
}

/** The Redis of the tests that ask for it, one a file. */
export const redisServer: { readonly url: string } = lazyTestServer(afterAll);

export const transports: readonly TransportCase[] = [
  { name: "memory", create: () => memory() },
  { name: "zmq", create: () => zmq() },
  { name: "webSocket", create: () => webSocket() },
  { name: "pipe", create: () => pipePair() },
  { name: "message port", create: () => messagePortPair() },
  { name: "redis", create: () => redis({ url: redisServer.url }) },
];
