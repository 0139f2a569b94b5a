// @ts-check
import { median } from "../stats.mjs";

/** @typedef {import("./client-process.mjs").Figures} Figures */

/**
 * The median over all rounds of one peer and one measurement.
 *
 * @typedef {Figures & { name: string }} Line
 */

/**
 * Takes the medians, in the order of the peers; what a peer cannot do is left out.
 *
 * @param {import("../harness.mjs").Outcome<Figures>} outcome
 * @returns {Line[]}
 */
export function toLines({ figures }) {
  return [...figures].flatMap(([name, taken]) => {
    const kinds = new Map(taken.map((each) => [kindOf(each), each]));
    return [...kinds].map(([kind, each]) => {
      const rounds = taken.filter((measured) => kindOf(measured) === kind);
      const opsPerSecond = Math.round(median(rounds.map((measured) => measured.opsPerSecond)));
      const p50Us = Math.round(median(rounds.map((measured) => measured.p50Us)) * 10) / 10;
      return { ...each, name, opsPerSecond, p50Us };
    });
  });
}

/** @param {Figures} figures @returns {string} */
function kindOf({ measure, inFlight }) {
  return `${measure} ${inFlight}`;
}
