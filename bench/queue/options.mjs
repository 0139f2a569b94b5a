// @ts-check
import { parseArgs } from "node:util";
import { describeSharedOptions, listPeers, namedPeers, readSharedOptions, sharedOptions } from "../options.mjs";
import { peers, REDIS } from "./peers.mjs";

/** @typedef {import("./client-process.mjs").Step} Step */

export const usage = `usage: npm run bench -- queue [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
${describeSharedOptions(REDIS)}`;

const IN_FLIGHT = [100];
const FULL = { warmUpMs: 500, durationMs: 1500 };
const QUICK = { warmUpMs: 150, durationMs: 300 };

/**
 * Reads the command line. Throws a `TypeError` that names the option at fault;
 * undefined means that help was asked for.
 *
 * @param {string[]} args
 * @returns {import("../options.mjs").Options<Step> | undefined}
 */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: sharedOptions });
  if (values.help) return undefined;
  const only = values.only ?? (values["cpu-prof"] ? REDIS : undefined);
  return {
    ...readSharedOptions(values),
    peers: only === undefined ? peers : namedPeers(peers, only),
    steps: IN_FLIGHT.map((inFlight) => ({ inFlight, ...(values.quick ? QUICK : FULL) })),
  };
}
