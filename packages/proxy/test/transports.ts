/**
 * The transports that the proxy's promises are checked over: a further one is one more line.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { messagePortPair, pipePair } from "../../transport/test/private-links.ts";

export interface TransportCase {
  readonly name: string;
  /** An address at which nobody listens. */
  readonly nowhere: string;
  /** Makes a transport that nobody else uses; it listens at a fresh address when none is given. */
  create(): Transport;
}

export const transports: readonly TransportCase[] = [
  { name: "memory", nowhere: "tcp://127.0.0.1:9", create: () => memory() },
  // The port of "discard", which needs privileges and at which nobody listens.
  { name: "zmq", nowhere: "tcp://127.0.0.1:9", create: () => zmq() },
  { name: "pipe", nowhere: "nobody", create: () => pipePair() },
  { name: "message port", nowhere: "nobody", create: () => messagePortPair() },
];
