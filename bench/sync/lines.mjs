// @ts-check
import { median } from "../stats.mjs";

/**
 * The median over all rounds of one peer.
 *
 * @typedef {import("./client-process.mjs").Figures & { name: string }} Line
 */

/**
 * Takes the medians, in the order of the peers.
 *
 * @param {import("../harness.mjs").Outcome<import("./client-process.mjs").Figures>} outcome
 * @returns {Line[]}
 */
export function toLines({ figures }) {
  return [...figures].map(([name, rounds]) => ({
    name,
    opsPerSecond: Math.round(median(rounds.map(({ opsPerSecond }) => opsPerSecond))),
    p50Us: median(rounds.map(({ p50Us }) => p50Us)),
    p99Us: median(rounds.map(({ p99Us }) => p99Us)),
  }));
}
