/**
 * What the tests' workers import.
 *
 * @module
 */

import process from "node:process";

/** Adds two numbers, in whatever process this is. */
export function add(one, other) {
  return one + other;
}

/** Names the process. */
export function pid() {
  return process.pid;
}

/** Writes a line where workers' lines are collected. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Writes a line of complaint. */
export function warn(line) {
  process.stderr.write(`${line}\n`);
}
