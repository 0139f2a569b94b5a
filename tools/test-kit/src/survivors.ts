/**
 * Processes that should be gone.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/** Waits until processes are gone, and returns the ids of those that are not in time. */
export async function survivorsOf(pids: readonly number[], withinMs: number): Promise<number[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const states = await Promise.all(pids.map(async (pid) => ((await isRunning(pid)) ? [pid] : [])));
    const survivors = states.flat();
    if (survivors.length === 0 || performance.now() > deadline) return survivors;
    await pause(20);
  }
}

/** Says whether a process runs; one that has ended and that nobody has asked about does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/\) Z /.test(status);
}
