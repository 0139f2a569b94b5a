// @ts-check
import { parseArgs } from "node:util";
import {
  describeSharedOptions,
  listPeers,
  namedPeers,
  readSharedOptions,
  sharedOptions,
  toCount,
} from "../options.mjs";
import { FOURWIRE, peers, variants } from "./peers.mjs";

/**
 * @typedef {import("../harness.mjs").Peer} Peer
 * @typedef {import("./client-process.mjs").Step} Step
 */

export const usage = `usage: npm run bench -- rpc [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
  --with NAME,NAME   measure ${FOURWIRE} with more turned on, too: ${variants.join(", ")}
  --in-flight N,N    calls in flight to measure (1,64,1000)
${describeSharedOptions(FOURWIRE)}`;

const DEFAULT_LEVELS = "1,64,1000";
/**
 * The warm-up of a sequential run takes longest: the engine compiles what was
 * called often, and one call at a time takes some 10,000 of them to settle.
 */
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
  const { values } = parseArgs({
    args,
    options: {
      ...sharedOptions,
      with: { type: "string" },
      "in-flight": { type: "string", default: DEFAULT_LEVELS },
    },
  });
  if (values.help) return undefined;
  const times = values.quick ? QUICK : FULL;
  const levels = values["in-flight"].split(",").map((text) => toCount("--in-flight", text));
  return {
    ...readSharedOptions(values),
    peers: selectPeers(values.only ?? (values["cpu-prof"] ? FOURWIRE : undefined), values.with),
    steps: levels.map((inFlight) => ({
      inFlight,
      warmUpMs: inFlight === 1 ? times.sequentialWarmUpMs : times.warmUpMs,
      durationMs: inFlight === 1 ? times.sequentialMs : times.inFlightMs,
    })),
  };
}

/**
 * @param {string | undefined} only
 * @param {string | undefined} extra
 * @returns {readonly Peer[]}
 */
function selectPeers(only, extra) {
  const wanted = new Set(extra?.split(",").map(toVariant));
  const named = new Set(only === undefined ? peers.filter(({ variant }) => !variant) : namedPeers(peers, only));
  return peers.filter((peer) => named.has(peer) || (peer.variant !== undefined && wanted.has(peer.variant)));
}

/** @param {string} text @returns {string} */
function toVariant(text) {
  const name = text.trim();
  if (!variants.includes(name)) throw new TypeError(`--with: no variant "${text}"; there are ${variants.join(", ")}`);
  return name;
}
