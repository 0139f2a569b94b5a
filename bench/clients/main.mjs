// @ts-check
/**
 * What do many clients cost? One server of Fourwire over ZeroMQ with one client,
 * and with a thousand.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { buildPackages } from "../build.mjs";
import { Child } from "../child.mjs";
import { writeReadme } from "../readme.mjs";
import { parseOptions, usage } from "./options.mjs";
import { renderReport, toFigures } from "./report.mjs";

/** How long a server may take to start. */
const START_MS = 20_000;
/** How long a client may take beside its measurements: it opens every session. */
const CLIENT_MS = 120_000;

/**
 * Runs the benchmark and prints its report. Figures never decide the exit
 * status: it is 1 when a process failed or the run was ended, 2 when the
 * arguments are wrong.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  /** @type {import("./options.mjs").Options | undefined} */
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n\n${usage}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    if (options.build) buildPackages();
    await measureAndReport(options);
    return 0;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}

/** @param {import("./options.mjs").Options} options */
async function measureAndReport(options) {
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.once(name, () => ending.abort(new Error(`bench: ended by ${name}`)));
  }
  /** @type {import("./client-process.mjs").Round[]} */
  const rounds = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    process.stderr.write(`round ${round} of ${options.rounds}\n`);
    rounds.push(await runRound(options, ending.signal));
  }
  const figures = toFigures(rounds);
  const report = renderReport(figures, options);
  process.stdout.write(`\n${report}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  if (options.write) writeReadme("clients", report);
}

/**
 * Measures once, in fresh processes.
 *
 * @param {import("./options.mjs").Options} options
 * @param {AbortSignal} signal
 * @returns {Promise<import("./client-process.mjs").Round>}
 */
async function runRound({ clients, durationMs }, signal) {
  const server = new Child("server", new URL("server-process.mjs", import.meta.url), [], ["--expose-gc"]);
  try {
    const { address } = await server.message(START_MS, signal);
    const args = [address, `${clients}`, `${durationMs}`];
    const client = new Child("clients", new URL("client-process.mjs", import.meta.url), args, []);
    try {
      return await client.message(CLIENT_MS, signal);
    } finally {
      await client.stop();
    }
  } finally {
    await server.stop();
  }
}

/** @param {unknown} error @returns {string} */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
