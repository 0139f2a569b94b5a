/** How much a test does: little on every run, a lot when asked. */

/** Picks a number of runs: `full` with `FOURWIRE_SIZE=full` in the environment, `reduced` otherwise. */
export function sized(reduced: number, full: number): number {
  return process.env.FOURWIRE_SIZE === "full" ? full : reduced;
}
