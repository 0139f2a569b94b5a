/**
 * The transports that the session's promises are checked over: a further one is one more line.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { messagePortPair, pipePair } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { webSocket } from "@fourwire/transport-ws";
import { zmq } from "@fourwire/transport-zmq";

export interface TransportCase {
  readonly name: string;
  /** Makes a transport that nobody else uses; it listens at a fresh address when none is given. */
  create(): Transport;
}

export const transports: readonly TransportCase[] = [
  { name: "memory", create: () => memory() },
  { name: "zmq", create: () => zmq() },
  { name: "webSocket", create: () => webSocket() },
  { name: "pipe", create: () => pipePair() },
  { name: "message port", create: () => messagePortPair() },
];
