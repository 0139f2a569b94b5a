// @ts-check
import { parseArgs } from "node:util";
import { readSharedOptions, sharedOptions, toCount } from "../options.mjs";

/**
 * @typedef {object} Options
 * @property {number} clients
 * @property {number} rounds
 * @property {number} durationMs of each measurement
 * @property {string | undefined} json file for the figures
 * @property {boolean} write whether the table replaces that in the README
 * @property {boolean} build
 */

export const usage = `usage: npm run bench -- clients [options]

  --clients N        clients connected at once (1000)
  --rounds N         rounds of which the medians are taken (5; 3 with --quick)
  --quick            shorter measurements, for a first impression
  --json FILE        also write the figures to FILE
  --write            also write the table to bench/README.md
  --no-build         measure the packages as they were built last
`;

const FULL_MS = 1500;
const QUICK_MS = 400;

/**
 * Reads the command line. Throws a `TypeError` that names the option at fault;
 * undefined means that help was asked for.
 *
 * @param {string[]} args
 * @returns {Options | undefined}
 */
export function parseOptions(args) {
  const { only: _only, "cpu-prof": _profile, ...taken } = sharedOptions;
  const { values } = parseArgs({ args, options: { ...taken, clients: { type: "string", default: "1000" } } });
  if (values.help) return undefined;
  const { rounds, json, write, build } = readSharedOptions({ ...values, "cpu-prof": false });
  const durationMs = values.quick ? QUICK_MS : FULL_MS;
  return { clients: toCount("--clients", values.clients), rounds, durationMs, json, write, build };
}
