// @ts-check
import { median } from "../stats.mjs";

/** @typedef {import("./client-process.mjs").Figures} Figures */

/**
 * The median over all rounds of one peer and one number in flight.
 *
 * @typedef {Figures & { name: string }} Line
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
    steps.map(({ inFlight }) => {
      const rounds = taken.filter((measured) => measured.inFlight === inFlight);
      const putsPerSecond = Math.round(median(rounds.map((measured) => measured.putsPerSecond)));
      const worksPerSecond = Math.round(median(rounds.map((measured) => measured.worksPerSecond)));
      return { name, inFlight, putsPerSecond, worksPerSecond };
    }),
  );
}
