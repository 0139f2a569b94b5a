// @ts-check
import { parseArgs } from "node:util";
import { describeSharedOptions, listPeers, namedPeers, readSharedOptions, sharedOptions } from "../options.mjs";
import { AWAITED, peers, WAITED } from "./peers.mjs";

/** @typedef {import("./client-process.mjs").Step} Step */

export const usage = `usage: npm run bench -- sync [options]

  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --only NAME,NAME   peers to measure, of: ${listPeers(peers)}
${describeSharedOptions(`${AWAITED} and ${WAITED}`)}`;

/** The engine compiles what was called often, and one call at a time takes some 10,000 of them to settle. */
const WARM_UP_CALLS = 10_000;
const FULL_CALLS = 10_000;
const QUICK_CALLS = 2_000;
/** How long the calls may take at most, for the harness to give up. */
const BOUND_MS = 20_000;

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
  const calls = values.quick ? QUICK_CALLS : FULL_CALLS;
  return {
    ...readSharedOptions(values),
    peers: values.only === undefined ? peers : namedPeers(peers, values.only),
    steps: [{ warmUpCalls: WARM_UP_CALLS, calls, warmUpMs: BOUND_MS, durationMs: BOUND_MS }],
  };
}
