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
 * status: it is 1 when a peer failed, 2 when the arguments are wrong.
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
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.build && options.peers.some(({ name }) => name === FOURWIRE)) buildPackages();
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.once(name, () => interrupted.abort(new Error(`bench: ended by ${name}`)));
  }
  return await measureAndReport(options, interrupted.signal);
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
  if (options.write) writeReadme(report);
  if (profiles !== undefined) process.stdout.write(`\nCPU profiles: ${profiles}\n`);
  for (const [name, error] of failures) process.stderr.write(`${name} failed: ${describe(error)}\n`);
  return failures.size === 0 ? 0 : 1;
}

/** @param {unknown} error @returns {string} */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
