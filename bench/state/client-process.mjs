// @ts-check
/**
 * Main module of a client's process: connects the peer whose client module the
 * first argument is the URL of to the address in the second, takes the
 * measurements listed in the third, tells its parent the figures, and lives
 * until the parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "../parent.mjs";
import { runFanOut, runRequests, runWakeUps } from "./load.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {"call" | "get" | "set" | "getBeside" | "setBeside" | "wake" | "fanOut"} measure
 * @property {number} count requests in flight, or watchers
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * One measurement taken.
 *
 * @typedef {Pick<Step, "measure" | "count"> & import("./load.mjs").Result} Figures
 */

const [module = "", address = "", plan = "[]"] = process.argv.slice(2);
/** @type {readonly Step[]} */
const steps = JSON.parse(plan);
/** @type {{ connect(address: string): Promise<import("./peers.mjs").Connection> }} */
const { connect } = await import(module);
/** @type {import("./peers.mjs").Connection | undefined} */
let connection;
endWithParent(async () => connection?.close());
connection = await connect(address);

/** @type {Figures[]} */
const figures = [];
for (const step of steps) figures.push(...(await measure(connection, step)));
tellParent({ figures });

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {Step} step
 * @returns {Promise<Figures[]>} none when the peer cannot do it
 */
async function measure(peer, { measure: name, count, warmUpMs, durationMs }) {
  const load = await prepare(peer, name, count);
  if (!load) return [];
  await load.run(warmUpMs);
  const result = await load.run(durationMs);
  await load.close();
  return [{ measure: name, count, ...result }];
}

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {Step["measure"]} name
 * @param {number} count
 * @returns {Promise<{ run(ms: number): Promise<import("./load.mjs").Result>, close(): Promise<void> } | undefined>}
 */
async function prepare(peer, name, count) {
  if (name === "wake") {
    const waker = await peer.wake?.();
    return waker && { run: (ms) => runWakeUps(waker, ms), close: waker.close };
  }
  if (name === "fanOut") {
    const fan = await peer.fanOut?.(count);
    return fan && { run: (ms) => runFanOut(fan, count, ms), close: fan.close };
  }
  const ask = peer[name];
  return ask && { run: (ms) => runRequests(ask, count, ms), close: async () => undefined };
}
