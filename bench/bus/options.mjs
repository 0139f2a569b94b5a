// @ts-check
import { parseArgs } from "node:util";
import { describeSharedOptions, listPeers, namedPeers, readSharedOptions, sharedOptions } from "../options.mjs";
import { peers, REDIS } from "./peers.mjs";

/** @typedef {import("./client-process.mjs").Step} Step */

export const usage = `usage: npm run bench -- bus [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
  --measure N,N      what to measure, of: publish,call,queue (all)
${describeSharedOptions(REDIS)}`;

const FULL = { warmUpMs: 500, durationMs: 1500 };
const QUICK = { warmUpMs: 200, durationMs: 400 };

/** @type {readonly Pick<Step, "measure" | "inFlight">[]} */
const STEPS = [
  { measure: "publish", inFlight: 1 },
  // What is measured one at a time takes the longest to settle: it comes behind what ran the same code most often.
  { measure: "call", inFlight: 64 },
  { measure: "call", inFlight: 1 },
  { measure: "queue", inFlight: 100 },
];

/**
 * Reads the command line. Throws a `TypeError` that names the option at fault;
 * undefined means that help was asked for.
 *
 * @param {string[]} args
 * @returns {import("../options.mjs").Options<Step> | undefined}
 */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: { ...sharedOptions, measure: { type: "string" } } });
  if (values.help) return undefined;
  const only = values.only ?? (values["cpu-prof"] ? REDIS : undefined);
  return {
    ...readSharedOptions(values),
    peers: only === undefined ? peers : namedPeers(peers, only),
    steps: selectSteps(values.measure).map((step) => ({ ...step, ...(values.quick ? QUICK : FULL) })),
  };
}

/**
 * Leaves the steps that a list names. Throws a `TypeError` for a name that none has.
 *
 * @param {string | undefined} wanted
 * @returns {readonly Pick<Step, "measure" | "inFlight">[]}
 */
function selectSteps(wanted) {
  if (wanted === undefined) return STEPS;
  const names = wanted.split(",");
  const unknown = names.find((name) => !STEPS.some(({ measure }) => measure === name));
  if (unknown !== undefined) throw new TypeError(`--measure: nothing is called "${unknown}"`);
  return STEPS.filter(({ measure }) => names.includes(measure));
}
