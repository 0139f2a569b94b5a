// @ts-check
/**
 * How fast is a call? Fourwire's proxy over ZeroMQ beside bare sockets and
 * other libraries.
 *
 * @module
 */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackages } from "./build.mjs";
import { runRounds } from "./harness.mjs";
import { parseOptions, usage } from "./options.mjs";
import { FOURWIRE } from "./peers.mjs";
import { writeReadme } from "./readme.mjs";
import { renderReport } from "./report.mjs";

/**
 * Runs the benchmark and prints its report. Figures never decide the exit
 * status: it is 1 when a peer failed or the run was ended, 2 when the arguments
 * are wrong.
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
    if (options.build && options.peers.some(({ name }) => name === FOURWIRE)) buildPackages();
    return await measureAndReport(options, endingSignals());
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}

/**
 * Gives a signal that aborts when this process is told to end, so that the
 * processes it started end before it.
 *
 * @returns {AbortSignal}
 */
function endingSignals() {
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.once(name, () => ending.abort(new Error(`bench: ended by ${name}`)));
  }
  return ending.signal;
}

/**
 * @param {import("./options.mjs").Options} options
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
async function measureAndReport(options, signal) {
  const { peers, steps, rounds } = options;
  const profiles = options.cpuProf ? mkdtempSync(join(tmpdir(), "fourwire-bench-")) : undefined;
  /** @param {string} line */
  const progress = (line) => process.stderr.write(`${line}\n`);
  const { lines, failures } = await runRounds({ peers, steps, rounds, profiles, progress }, signal);
  const report = renderReport(lines, options);
  process.stdout.write(`\n${report}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(lines, undefined, 2)}\n`);
  if (options.write && failures.size === 0) writeReadme(report);
  if (profiles !== undefined) process.stdout.write(`\nCPU profiles: ${profiles}\n`);
  for (const [name, error] of failures) process.stderr.write(`${name} failed: ${describe(error)}\n`);
  return failures.size === 0 ? 0 : 1;
}

/** @param {unknown} error @returns {string} */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
