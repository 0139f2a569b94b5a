/**
 * A test of luck: processes draw numbers until one draws the number of the day, which ends all of them.
 *
 * @module
 */

import { randomInt } from "node:crypto";
import { where } from "@fourwire/state";
import { type TaskContext, task } from "@fourwire/state/processes";

/** The urn. */
export interface Urn {
  readonly lucky: number;
  draws: number;
  winner?: string;
}

/** Draws until somebody has won, and returns how often it drew itself. */
export const gambler = task(import.meta.url, "gambler", async ({ state, path }: TaskContext<Urn>, sides: number) => {
  const over = new AbortController();
  const won = state.until(where("winner").isPresent(), { signal: over.signal }).then(() => over.abort());
  won.catch(() => undefined);
  const lucky = await state.get("lucky");
  let draws = 0;
  while (!over.signal.aborted) {
    draws += 1;
    await state.increment("draws");
    if (randomInt(sides) !== lucky) continue;
    // Two may be lucky at the same time, and only the first of them has won.
    if (await state.compareAndSet("winner", undefined, path)) console.log(`gambler: ${path} drew ${lucky}`);
    break;
  }
  over.abort();
  return draws;
});
