// @ts-check
import { median } from "../stats.mjs";

/** @typedef {import("./client-process.mjs").Figures} Figures */

/**
 * The medians over all rounds of one peer and one measurement: milliseconds for
 * `start`, megabytes a second for arrays, else calls a second.
 *
 * @typedef {object} Line
 * @property {string} name
 * @property {string} measure
 * @property {number} value
 * @property {number} p50Us
 */

/**
 * Takes the medians, in the order of the peers and steps.
 *
 * @param {import("../harness.mjs").Outcome<Figures>} outcome
 * @param {{ steps: readonly import("./client-process.mjs").Step[] }} run
 * @returns {Line[]}
 */
export function toLines({ figures }, { steps }) {
  return [...figures].flatMap(([name, taken]) =>
    steps.map(({ measure }) => {
      const rounds = taken.filter((figure) => figure.measure === measure);
      return {
        name,
        measure,
        value: roundTenth(median(rounds.flatMap(({ values }) => [...values]))),
        p50Us: roundTenth(median(rounds.map(({ p50Us }) => p50Us))),
      };
    }),
  );
}

/** @param {number} value @returns {number} */
function roundTenth(value) {
  return Math.round(value * 10) / 10;
}
