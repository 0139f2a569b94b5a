// @ts-check
import { parseArgs } from "node:util";
import { describeSharedOptions, listPeers, namedPeers, readSharedOptions, sharedOptions } from "../options.mjs";
import { FOURWIRE, peers } from "./peers.mjs";

/** @typedef {import("./client-process.mjs").Step} Step */

const MEASURES = ["start", "1", "64", "1000", "take", "give"];

export const usage = `usage: npm run bench -- spawner [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
  --measure N,N      measurements to take, of: ${MEASURES.join(", ")}
${describeSharedOptions(FOURWIRE)}`;

const FULL = { starts: 3, sequentialWarmUpMs: 1500, warmUpMs: 500, durationMs: 1500 };
const QUICK = { starts: 2, sequentialWarmUpMs: 200, warmUpMs: 200, durationMs: 400 };

/**
 * Reads the command line. Throws a `TypeError` that names the option at fault;
 * undefined means that help was asked for.
 *
 * @param {string[]} args
 * @returns {import("../options.mjs").Options<Step> | undefined}
 */
export function parseOptions(args) {
  const options = { ...sharedOptions, measure: { type: /** @type {const} */ ("string"), default: MEASURES.join(",") } };
  const { values } = parseArgs({ args, options });
  if (values.help) return undefined;
  const only = values.only ?? (values["cpu-prof"] ? FOURWIRE : undefined);
  const times = values.quick ? QUICK : FULL;
  return {
    ...readSharedOptions(values),
    peers: only === undefined ? peers : namedPeers(peers, only),
    steps: values.measure.split(",").map((text) => toStep(text.trim(), times)),
  };
}

/**
 * @param {string} measure
 * @param {typeof FULL} times
 * @returns {Step}
 */
function toStep(measure, { starts, sequentialWarmUpMs, warmUpMs, durationMs }) {
  if (!MEASURES.includes(measure)) {
    throw new TypeError(`--measure: no measurement "${measure}"; there are ${MEASURES.join(", ")}`);
  }
  // Starting takes as long as it takes; the harness is told what it may.
  if (measure === "start") return { measure, starts, warmUpMs: 0, durationMs: starts * 2_000 };
  return { measure, starts, warmUpMs: measure === "1" ? sequentialWarmUpMs : warmUpMs, durationMs };
}
