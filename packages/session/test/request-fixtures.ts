/**
 * The drivers under the conformance kit, by the names that their own reports have.
 *
 * @module
 */

import type { Fixture } from "@fourwire/transport/conformance";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";
import { messagePortPair, pipePair } from "../../transport/test/private-links.ts";

const MIB = 1024 * 1024;

/** The memory driver, with a limit small enough to reach. */
export const memoryFixture: Fixture = {
  name: "memory",
  create: () => memory({ maxMessageBytes: 8 * MIB }),
  address: () => "meeting-place",
};

/** Every driver that requests are checked over: a further one is one more entry. */
export const requestFixtures: readonly Fixture[] = [
  memoryFixture,
  {
    name: "zmq-tcp",
    create: () => zmq(),
    address: () => "tcp://127.0.0.1:0",
    refusedAddress: () => "tcp://127.0.0.1:1",
  },
  { name: "zmq-ipc", create: () => zmq(), address: () => "ipc://*" },
  { name: "zmq-inproc", create: () => zmq(), address: () => "inproc://*" },
  { name: "pipe", create: () => pipePair(), address: () => "meeting-place" },
  { name: "message-port", create: () => messagePortPair(), address: () => "meeting-place" },
];
