// @ts-check
/**
 * What the benchmarks do alike: read options, measure, print and keep.
 *
 * @module
 */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackages } from "./build.mjs";
import { runRounds } from "./harness.mjs";
import { writeReadme } from "./readme.mjs";

/**
 * A benchmark that measures peers in rounds.
 *
 * @template {import("./harness.mjs").Step} Step
 * @template Line
 * @typedef {object} Question
 * @property {string} name
 * @property {URL} folder
 * @property {string} usage
 * @property {(args: string[]) => import("./options.mjs").Options<Step> | undefined} parseOptions
 * @property {(outcome: import("./harness.mjs").Outcome<any>, options: import("./options.mjs").Options<Step>) => Line[]} toLines
 * @property {(lines: readonly Line[], options: import("./options.mjs").Options<Step>) => string} renderReport
 */

/**
 * Runs a benchmark and prints its report. Figures never decide the exit status:
 * it is 1 when a peer failed or the run was ended, 2 when the arguments are
 * wrong.
 *
 * @template {import("./harness.mjs").Step} Step
 * @template Line
 * @param {string[]} args
 * @param {Question<Step, Line>} question
 * @returns {Promise<number>}
 */
export async function answerQuestion(args, question) {
  let options;
  try {
    options = question.parseOptions(args);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n\n${question.usage}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(question.usage);
    return 0;
  }
  try {
    if (options.build && options.peers.some(({ ours }) => ours)) buildPackages();
    return await measureAndReport(question, options, endingSignals());
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
 * @template {import("./harness.mjs").Step} Step
 * @template Line
 * @param {Question<Step, Line>} question
 * @param {import("./options.mjs").Options<Step>} options
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
async function measureAndReport({ name, folder, toLines, renderReport }, options, signal) {
  const { peers, steps, rounds } = options;
  const profiles = options.cpuProf ? mkdtempSync(join(tmpdir(), "fourwire-bench-")) : undefined;
  /** @param {string} line */
  const progress = (line) => process.stderr.write(`${line}\n`);
  const outcome = await runRounds({ folder, peers, steps, rounds, profiles, progress }, signal);
  const { failures } = outcome;
  const lines = toLines(outcome, options);
  const report = lines.length === 0 ? "No peer was measured." : renderReport(lines, options);
  process.stdout.write(`\n${report}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(lines, undefined, 2)}\n`);
  if (options.write && failures.size === 0) writeReadme(name, report);
  if (profiles !== undefined) process.stdout.write(`\nCPU profiles: ${profiles}\n`);
  for (const [peer, error] of failures) process.stderr.write(`${peer} failed: ${describe(error)}\n`);
  return failures.size === 0 ? 0 : 1;
}

/** @param {unknown} error @returns {string} */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
