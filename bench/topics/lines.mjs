// @ts-check
import { median } from "../stats.mjs";

/** @typedef {import("./client-process.mjs").Figures} Figures */

/**
 * The median over all rounds of one peer and one number of subscribers.
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
    steps.map(({ subscribers }) => {
      const rounds = taken.filter((measured) => measured.subscribers === subscribers);
      const deliveredPerSecond = Math.round(median(rounds.map((measured) => measured.deliveredPerSecond)));
      return { name, subscribers, deliveredPerSecond };
    }),
  );
}
