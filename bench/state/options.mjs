// @ts-check
import { parseArgs } from "node:util";
import { describeSharedOptions, listPeers, namedPeers, readSharedOptions, sharedOptions } from "../options.mjs";
import { FOURWIRE, peers } from "./peers.mjs";

/** @typedef {import("./client-process.mjs").Step} Step */

export const usage = `usage: npm run bench -- state [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
  --measure N,N      what to measure, of: call,get,set,getBeside,setBeside,wake,getMany,setMany,
                     fanOut,fanOutBeside,bytes,bytesBeside (all)
${describeSharedOptions(FOURWIRE)}`;

const IN_FLIGHT = 1000;
/** What is measured one at a time, first of all as it takes the longest to settle; then what is not. */
const SEQUENTIAL = /** @type {const} */ (["call", "get", "set", "getBeside", "setBeside", "wake"]);
const WATCHERS = [1, 10, 100];

const FULL = { sequentialWarmUpMs: 1500, warmUpMs: 500, sequentialMs: 1000, inFlightMs: 1500 };
const QUICK = { sequentialWarmUpMs: 200, warmUpMs: 200, sequentialMs: 300, inFlightMs: 400 };

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
  const only = values.only ?? (values["cpu-prof"] ? FOURWIRE : undefined);
  return {
    ...readSharedOptions(values),
    peers: only === undefined ? peers : namedPeers(peers, only),
    steps: selectSteps(listSteps(values.quick ? QUICK : FULL), values.measure),
  };
}

/**
 * Leaves the steps that a list names. Throws a `TypeError` for a name that none has.
 *
 * @param {readonly Step[]} steps
 * @param {string | undefined} wanted
 * @returns {readonly Step[]}
 */
function selectSteps(steps, wanted) {
  if (wanted === undefined) return steps;
  const names = wanted.split(",");
  const unknown = names.find((name) => !steps.some((step) => nameOf(step) === name));
  if (unknown !== undefined) throw new TypeError(`--measure: nothing is called "${unknown}"`);
  return steps.filter((step) => names.includes(nameOf(step)));
}

/** @param {Step} step @returns {string} */
function nameOf({ measure, count }) {
  return !measure.startsWith("fanOut") && count > 1 ? `${measure}Many` : measure;
}

/**
 * @param {typeof FULL} times
 * @returns {Step[]}
 */
function listSteps({ sequentialWarmUpMs, warmUpMs, sequentialMs, inFlightMs }) {
  const sequential = { count: 1, warmUpMs: sequentialWarmUpMs, durationMs: sequentialMs };
  const inFlight = { count: IN_FLIGHT, warmUpMs, durationMs: inFlightMs };
  return [
    ...SEQUENTIAL.map((measure) => ({ measure, ...sequential })),
    { measure: /** @type {const} */ ("get"), ...inFlight },
    { measure: /** @type {const} */ ("set"), ...inFlight },
    ...WATCHERS.map((count) => ({ measure: /** @type {const} */ ("fanOut"), ...inFlight, count })),
    ...WATCHERS.map((count) => ({ measure: /** @type {const} */ ("fanOutBeside"), ...inFlight, count })),
    { measure: /** @type {const} */ ("bytes"), ...inFlight, count: 1 },
    { measure: /** @type {const} */ ("bytesBeside"), ...inFlight, count: 1 },
  ];
}
