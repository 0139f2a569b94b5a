/**
 * What is worked out in a process of its own, and there is imported by name.
 *
 * @module
 */

import process from "node:process";

/** Returns the mean of some temperatures. */
export function mean(temperatures: readonly number[]): number {
  return temperatures.reduce((sum, each) => sum + each, 0) / temperatures.length;
}

/** Returns the number of the process that works this out. */
export function processId(): number {
  return process.pid;
}
