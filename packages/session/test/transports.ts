/**
 * The transports that the session's promises are checked over: a further one is one more line.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { messagePortPair, pipePair } from "../../transport/test/private-links.ts";

export interface TransportCase {
  readonly name: string;
  /** Makes a transport that nobody else uses; it listens at a fresh address when none is given. */
  create(): Transport;
}

export const transports: readonly TransportCase[] = [
  { name: "memory", create: () => memory() },
  { name: "zmq", create: () => zmq() },
  { name: "pipe", create: () => pipePair() },
  { name: "message port", create: () => messagePortPair() },
];
