// @ts-check
import { median } from "../stats.mjs";

/** @typedef {import("./client-process.mjs").Figures} Figures */

/**
 * The median over all rounds of one peer and one size of chunk.
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
    steps.map(({ chunkBytes }) => {
      const rounds = taken.filter((measured) => measured.chunkBytes === chunkBytes);
      const megabytesPerSecond = Math.round(median(rounds.map((measured) => measured.megabytesPerSecond)));
      return { name, chunkBytes, megabytesPerSecond };
    }),
  );
}
