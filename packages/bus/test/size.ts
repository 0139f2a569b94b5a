/**
 * How long tests run.
 *
 * @module
 */

/** Picks a size: `full` with `FOURWIRE_SIZE=full` in the environment, `reduced` otherwise. */
export function sized(reduced: number, full: number): number {
  return process.env.FOURWIRE_SIZE === "full" ? full : reduced;
}
