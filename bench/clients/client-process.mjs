// @ts-check
/**
 * Main module of the clients' process: measures with one client, connects the
 * others, measures again, tells its parent, and lives until that disconnects.
 *
 * @module
 */

import { openSession } from "@fourwire/session";
import { zmq } from "@fourwire/transport-zmq";
import { endWithParent, tellParent } from "../parent.mjs";

/**
 * How calls are made.
 *
 * @typedef {object} Pattern
 * @property {string} name
 * @property {number} inFlight calls under way at once
 * @property {boolean} inTurn whether each call is of the next client; otherwise all are of the first
 */

/**
 * What calls of a pattern cost while so many clients were connected.
 *
 * @typedef {object} Cost
 * @property {string} pattern
 * @property {number} clients
 * @property {number} callUs time of a call: the elapsed time by the number of calls
 * @property {number} serverUs processor time of the server for a call
 */

/**
 * @typedef {object} Round
 * @property {Cost[]} costs
 * @property {number} heapBytes of the server for each client
 */

/** @typedef {import("@fourwire/session").Session} Session */

/** @type {readonly Pattern[]} */
const patterns = [
  { name: "one call at a time, of each client in turn", inFlight: 1, inTurn: true },
  { name: "64 in flight, all of one client", inFlight: 64, inTurn: false },
  { name: "64 in flight, of each client in turn", inFlight: 64, inTurn: true },
];
/** Sessions opened at once. */
const OPENING = 20;
const WARM_UP_SHARE = 0.3;

const [address = "", clients = "", durationMs = ""] = process.argv.slice(2);
const transport = zmq();
endWithParent(() => transport.close());

const control = await openSession(transport, address);
const alone = await connect(1);
await warmUp(alone);
const costs = await measure(alone);
// What comes into being once, whatever the number of clients, is there by now.
const before = await usage();
const all = [...alone, ...(await connect(Number(clients) - alone.length))];
await Promise.all(all.map((session) => add(session, 1)));
const after = await usage();
await warmUp(all);
costs.push(...(await measure(all)));
const heapBytes = (after.heapBytes - before.heapBytes) / Math.max(all.length - alone.length, 1);
/** @type {Round} */
const round = { costs, heapBytes };
tellParent(round);

/** @param {number} count @returns {Promise<Session[]>} */
async function connect(count) {
  /** @type {Session[]} */
  const sessions = [];
  while (sessions.length < count) {
    const some = Math.min(OPENING, count - sessions.length);
    sessions.push(...(await Promise.all(Array.from({ length: some }, () => openSession(transport, address)))));
  }
  return sessions;
}

/** @returns {Promise<import("./server-process.mjs").Usage>} */
async function usage() {
  return /** @type {import("./server-process.mjs").Usage} */ (await control.call("usage", []));
}

/** @param {readonly Session[]} sessions */
async function warmUp(sessions) {
  for (const pattern of patterns) await run(sessions, pattern, Number(durationMs) * WARM_UP_SHARE);
}

/** @param {readonly Session[]} sessions @returns {Promise<Cost[]>} */
async function measure(sessions) {
  /** @type {Cost[]} */
  const measured = [];
  for (const pattern of patterns) {
    const start = await usage();
    const { calls, elapsedMs } = await run(sessions, pattern, Number(durationMs));
    const end = await usage();
    const serverUs = (end.cpuUs - start.cpuUs) / calls;
    measured.push({ pattern: pattern.name, clients: sessions.length, callUs: (elapsedMs * 1000) / calls, serverUs });
  }
  return measured;
}

/**
 * Keeps calls under way for a time: each that returns starts the next.
 *
 * @param {readonly Session[]} sessions
 * @param {Pattern} pattern
 * @param {number} forMs
 */
async function run(sessions, { inFlight, inTurn }, forMs) {
  let calls = 0;
  const start = performance.now();
  const worker = async () => {
    while (performance.now() - start < forMs) {
      const session = sessions[inTurn ? calls % sessions.length : 0];
      calls += 1;
      if (session) await add(session, calls);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { calls, elapsedMs: performance.now() - start };
}

/** @param {Session} session @param {number} number */
async function add(session, number) {
  const sum = await session.call("add", [number, 1]);
  if (sum !== number + 1) throw new Error(`bench: ${number} + 1 gave ${String(sum)}`);
}
