// @ts-check
/**
 * Main module of the server's process, started with `--expose-gc`: it adds
 * numbers for every client, says what it takes itself, and lives until its
 * parent disconnects.
 *
 * @module
 */

import { serveSessions } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";
import { endWithParent, tellParent } from "../parent.mjs";

/**
 * What the server takes.
 *
 * @typedef {object} Usage
 * @property {number} heapBytes in use once nothing is left to collect
 * @property {number} cpuUs of the process so far
 */

const COLLECTIONS = 5;
/** The processor time that went into the collections, which no call is to blame for. */
let collectingUs = 0;

const transport = zmq();
endWithParent(() => transport.close());

/** @type {import("@fourwire/session").Handler} */
const handler = {
  call: (target, [left, right]) => (target === "usage" ? measureUsage() : Number(left) + Number(right)),
  notify: () => undefined,
};
const server = await serveSessions(transport, "tcp://127.0.0.1:0", () => handler);
tellParent({ address: server.address });

/** @returns {Promise<Usage>} */
async function measureUsage() {
  const before = process.cpuUsage();
  for (let round = 0; round < COLLECTIONS; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const spent = process.cpuUsage(before);
  collectingUs += spent.user + spent.system;
  const { user, system } = process.cpuUsage();
  return { heapBytes: process.memoryUsage().heapUsed, cpuUs: user + system - collectingUs };
}
