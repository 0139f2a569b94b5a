/**
 * Watchers that leave now and then, and come back.
 *
 * @module
 */

import fc from "fast-check";
import { expect } from "vitest";
import { applyChange, type State } from "../src/index.ts";
import type { Anything } from "./fixture.ts";

/** Follows a watch from the start, which must have every revision once and in order; leaves it now and then, and comes back. */
export async function rebuild(watcher: State<Anything>, revisions: number, stays: Iterator<number>): Promise<Anything> {
  let values: Anything = {};
  let last = 0;
  while (last < revisions) {
    const until = Math.min(last + Number(stays.next().value), revisions);
    for await (const item of watcher.changes({ from: last, overflow: "error" })) {
      expect(item.revision).toBe(last + 1);
      last = item.revision;
      if (item.kind === "change") values = applyChange(values, item);
      if (last >= until) break;
    }
  }
  return values;
}

/** How many changes a watcher stays for, at random. */
export function* drawStays(seed: number): Generator<number, never, undefined> {
  for (let round = seed * 1_000; ; round += 1) {
    yield* fc.sample(fc.integer({ min: 1, max: 1_000 }), { seed: round, numRuns: 20 });
  }
}
