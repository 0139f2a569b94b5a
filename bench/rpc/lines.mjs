// @ts-check
import { median } from "../stats.mjs";

/**
 * @typedef {import("./client-process.mjs").Figures} Figures
 * @typedef {import("./client-process.mjs").Step} Step
 */

/**
 * The median over all rounds of one peer at one number of calls in flight.
 *
 * @typedef {Figures & { name: string }} Line
 */

/**
 * Takes the medians, in the order of the peers and steps.
 *
 * @param {import("../harness.mjs").Outcome<Figures>} outcome
 * @param {{ steps: readonly Step[] }} run
 * @returns {Line[]}
 */
export function toLines({ figures }, { steps }) {
  return [...figures].flatMap(([name, taken]) => steps.map((step) => toLine(name, step, taken)));
}

/**
 * @param {string} name
 * @param {Step} step
 * @param {readonly Figures[]} taken
 * @returns {Line}
 */
function toLine(name, { inFlight }, taken) {
  const rounds = taken.filter((figures) => figures.inFlight === inFlight);
  return {
    name,
    inFlight,
    opsPerSecond: Math.round(median(rounds.map(({ opsPerSecond }) => opsPerSecond))),
    p50Us: roundTenth(median(rounds.map(({ p50Us }) => p50Us))),
    p99Us: roundTenth(median(rounds.map(({ p99Us }) => p99Us))),
  };
}

/** @param {number} value @returns {number} */
function roundTenth(value) {
  return Math.round(value * 10) / 10;
}
