// @ts-check
/**
 * Main module of a client's process: connects the peer whose client module the
 * first argument is the URL of to the address in the second, makes the calls of
 * the step in the third, tells its parent the figures, and lives until the
 * parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "../parent.mjs";
import { percentile } from "../stats.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {number} warmUpCalls
 * @property {number} calls
 * @property {number} warmUpMs how long the warm-up may take
 * @property {number} durationMs how long the calls may take
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {number} opsPerSecond
 * @property {number} p50Us
 * @property {number} p99Us
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
for (const { warmUpCalls, calls } of steps) {
  await connection.time(warmUpCalls);
  const us = await connection.time(calls);
  const elapsedMs = us.reduce((sum, each) => sum + each, 0) / 1000;
  us.sort();
  figures.push({
    opsPerSecond: (calls / elapsedMs) * 1000,
    p50Us: percentile(us, 0.5),
    p99Us: percentile(us, 0.99),
  });
}
tellParent({ figures });
