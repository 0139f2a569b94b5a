// @ts-check
/**
 * Starts a benchmark by the name of its question: `node bench/run.mjs rpc [options]`.
 *
 * Imports no dependency itself, so that it works in a fresh checkout and
 * installs the benchmark's own dependencies first.
 *
 * @module
 */

import { installDependencies } from "./install.mjs";

const questions = new Map([
  ["rpc", "./rpc/main.mjs"],
  ["stream", "./stream/main.mjs"],
  ["clients", "./clients/main.mjs"],
  ["topics", "./topics/main.mjs"],
  ["sync", "./sync/main.mjs"],
  ["queue", "./queue/main.mjs"],
  ["bus", "./bus/main.mjs"],
  ["state", "./state/main.mjs"],
  ["spawner", "./spawner/main.mjs"],
]);

const [question = "", ...args] = process.argv.slice(2);
const module = questions.get(question);

if (module === undefined) {
  process.stderr.write(
    `usage: npm run bench -- <${[...questions.keys()].join("|")}> [options], or --help after the name\n`,
  );
  process.exitCode = 2;
} else {
  installDependencies();
  const { main } = await import(module);
  process.exitCode = await main(args);
}
