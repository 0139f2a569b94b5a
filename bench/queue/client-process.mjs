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
import { ITEM_BYTES } from "./peers.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {number} inFlight
 * @property {number} warmUpMs
 * @property {number} durationMs the time in which items are put; taking them follows
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {number} inFlight
 * @property {number} putsPerSecond
 * @property {number} worksPerSecond items taken and acknowledged
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
for (const { inFlight, warmUpMs, durationMs } of steps) {
  await measure(connection, inFlight, warmUpMs);
  figures.push(await measure(connection, inFlight, durationMs));
}
tellParent({ figures });

/**
 * @param {import("./peers.mjs").Connection} peer
 * @param {number} inFlight
 * @param {number} ms
 * @returns {Promise<Figures>}
 */
async function measure(peer, inFlight, ms) {
  const payload = new Uint8Array(ITEM_BYTES);
  let count = 0;
  const startedAt = performance.now();
  const put = async () => {
    while (performance.now() - startedAt < ms) {
      await peer.put(payload);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, put));
  const putAt = performance.now();
  await peer.work(count, inFlight);
  const workedAt = performance.now();
  return {
    inFlight,
    putsPerSecond: (count / (putAt - startedAt)) * 1000,
    worksPerSecond: (count / (workedAt - putAt)) * 1000,
  };
}
