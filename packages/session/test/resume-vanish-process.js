// @ts-check
/**
 * A server that clients vanish from, all in one process, started with `--expose-gc`: it says what that left behind.
 *
 * It runs what `npm run build` made. Arguments: the transport, the number of clients, the sessions that may wait.
 *
 * @module
 */

import { openSession, serveSessions } from "@fourwire/session";
import { faultProxy } from "@fourwire/transport/fault-proxy";
import { memory } from "@fourwire/transport/memory";
import { zmq } from "@fourwire/transport-zmq";

const AT_ONCE = 50;
const [name, clients, maxSessions] = process.argv.slice(2);
const network = memory();
const transport = name === "zmq" ? zmq() : network;

const handler = {
  /** @param {unknown} target @param {readonly unknown[]} args */
  call: (target, args) => (target === "never" ? new Promise(() => undefined) : args[0]),
  notify: () => undefined,
};
const server = await serveSessions(transport, undefined, () => handler, {
  parking: { maxSessions: Number(maxSessions), forMs: 3_600_000 },
});
const proxy = name === "zmq" ? await faultProxy(server.address) : undefined;

/** Opens sessions that call, and cuts their channels. @param {number} count */
async function vanish(count) {
  const address = proxy?.address ?? server.address;
  const opening = Array.from({ length: count }, () => openSession(transport, address, { reconnect: false }));
  const sessions = await Promise.all(opening);
  const lost = sessions.map((session) => session.call("never", [new Uint8Array(1_000)]).catch(() => undefined));
  await Promise.all(sessions.map((session) => session.call("echo", ["here"])));
  if (proxy) proxy.cut();
  else network.faults.cut();
  await Promise.all(lost);
}

/** The heap in use once nothing is left to collect. */
async function settledHeap() {
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

/** @param {number} count */
async function vanishInTurn(count) {
  for (let left = count; left > 0; left -= AT_ONCE) await vanish(AT_ONCE);
}

// So many that as many wait as ever may, and that everything which comes once has come.
await vanishInTurn(Number(maxSessions) * 2);
const before = await settledHeap();
await vanishInTurn(Number(clients));
const after = await settledHeap();
const parked = server.sessions.size;
await server.close();
await proxy?.close();
await transport.close();
const empty = await settledHeap();
process.stdout.write(JSON.stringify({ parked, before, after, empty }));
