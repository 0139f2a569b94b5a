// @ts-check
import { parseArgs } from "node:util";
import { FOURWIRE, peers } from "./peers.mjs";

/**
 * @typedef {object} Options
 * @property {readonly import("./peers.mjs").Peer[]} peers
 * @property {readonly import("./client-process.mjs").Step[]} steps
 * @property {number} rounds
 * @property {string | undefined} json file for the figures
 * @property {boolean} write whether the tables replace those in the README
 * @property {boolean} cpuProf
 * @property {boolean} build
 */

export const usage = `usage: npm run bench -- rpc [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${peers.map(({ name }) => name).join(", ")}
  --in-flight N,N    calls in flight to measure (1,64,1000)
  --quick            shorter measurements, for a first impression
  --json FILE        also write the figures to FILE
  --write            also write the tables to bench/README.md, if no peer failed
  --cpu-prof         take a CPU profile of every process (of ${FOURWIRE} only, unless --only is given)
  --no-build         measure the packages as they were built last
`;

const DEFAULT_LEVELS = "1,64,1000";
const FULL = { warmUpMs: 500, sequentialMs: 1000, inFlightMs: 1500 };
const QUICK = { warmUpMs: 200, sequentialMs: 300, inFlightMs: 400 };

/**
 * Reads the command line. Throws a `TypeError` that names the option at fault;
 * undefined means that help was asked for.
 *
 * @param {string[]} args
 * @returns {Options | undefined}
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", default: false },
      rounds: { type: "string" },
      only: { type: "string" },
      "in-flight": { type: "string", default: DEFAULT_LEVELS },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      "cpu-prof": { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const times = values.quick ? QUICK : FULL;
  const levels = values["in-flight"].split(",").map((text) => toCount("--in-flight", text));
  return {
    peers: selectPeers(values.only ?? (values["cpu-prof"] ? FOURWIRE : undefined)),
    steps: levels.map((inFlight) => ({
      inFlight,
      warmUpMs: times.warmUpMs,
      durationMs: inFlight === 1 ? times.sequentialMs : times.inFlightMs,
    })),
    rounds: toCount("--rounds", values.rounds ?? (values.quick ? "3" : "5")),
    json: values.json,
    write: values.write,
    cpuProf: values["cpu-prof"],
    build: !values["no-build"],
  };
}

/**
 * @param {string | undefined} only
 * @returns {readonly import("./peers.mjs").Peer[]}
 */
function selectPeers(only) {
  if (only === undefined) return peers;
  return only.split(",").map((text) => {
    const peer = peers.find(({ name }) => name === text.trim());
    if (peer === undefined) {
      throw new TypeError(`--only: no peer "${text}"; there are ${peers.map(({ name }) => name).join(", ")}`);
    }
    return peer;
  });
}

/**
 * @param {string} option
 * @param {string} text
 * @returns {number}
 */
function toCount(option, text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`${option}: "${text}" is not a whole number above 0`);
  return count;
}
