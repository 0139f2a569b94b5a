// @ts-check
import { median } from "../stats.mjs";

/**
 * @typedef {import("./client-process.mjs").Figures} Figures
 * @typedef {import("./client-process.mjs").Step} Step
 */

/**
 * The median over all rounds of one peer and one measurement.
 *
 * @typedef {Figures & { name: string }} Line
 */

/**
 * Takes the medians, in the order of the peers and steps; what a peer cannot do is left out.
 *
 * @param {import("../harness.mjs").Outcome<Figures>} outcome
 * @param {{ steps: readonly Step[] }} run
 * @returns {Line[]}
 */
export function toLines({ figures }, { steps }) {
  return [...figures].flatMap(([name, taken]) =>
    steps.flatMap(({ measure, count }) => {
      const rounds = taken.filter((each) => each.measure === measure && each.count === count);
      return rounds.length === 0 ? [] : [toLine(name, rounds)];
    }),
  );
}

/**
 * @param {string} name
 * @param {readonly Figures[]} rounds
 * @returns {Line}
 */
function toLine(name, rounds) {
  const bytes = rounds.flatMap(({ bytesPerOp }) => bytesPerOp ?? []);
  const [{ measure, count } = { measure: /** @type {const} */ ("call"), count: 0 }] = rounds;
  return {
    name,
    measure,
    count,
    opsPerSecond: Math.round(median(rounds.map(({ opsPerSecond }) => opsPerSecond))),
    p50Us: roundTenth(median(rounds.map(({ p50Us }) => p50Us))),
    p99Us: roundTenth(median(rounds.map(({ p99Us }) => p99Us))),
    ...(bytes.length > 0 && { bytesPerOp: Math.round(median(bytes)) }),
  };
}

/** @param {number} value @returns {number} */
function roundTenth(value) {
  return Math.round(value * 10) / 10;
}
