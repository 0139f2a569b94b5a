// @ts-check
/**
 * Main module of a client's process: connects the peer whose client module the
 * first argument is the URL of to the address in the second, takes the measurements listed in the
 * third, tells its parent the figures, and lives until the parent disconnects.
 *
 * @module
 */

import { endWithParent, tellParent } from "../parent.mjs";
import { percentile } from "../stats.mjs";
import { runWindow } from "./window.mjs";

/**
 * One measurement to take.
 *
 * @typedef {object} Step
 * @property {number} inFlight
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

/**
 * One measurement taken.
 *
 * @typedef {object} Figures
 * @property {number} inFlight
 * @property {number} opsPerSecond
 * @property {number} p50Us
 * @property {number} p99Us
 */

/** Of how many calls one is timed, when there are several under way: rare enough not to be noticed. */
const SAMPLE_EVERY = 16;

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
for (const step of steps) figures.push(await measure(connection.add, step));
tellParent({ figures });

/**
 * @param {import("./window.mjs").Add} add
 * @param {Step} step
 * @returns {Promise<Figures>}
 */
async function measure(add, { inFlight, warmUpMs, durationMs }) {
  const sampleEvery = inFlight === 1 ? 1 : SAMPLE_EVERY;
  await runWindow(add, { inFlight, durationMs: warmUpMs, sampleEvery });
  const { completed, elapsedMs, latenciesUs } = await runWindow(add, { inFlight, durationMs, sampleEvery });
  return {
    inFlight,
    opsPerSecond: (completed / elapsedMs) * 1000,
    p50Us: percentile(latenciesUs, 0.5),
    p99Us: percentile(latenciesUs, 0.99),
  };
}
