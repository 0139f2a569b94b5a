/**
 * The histories of a namespace: each has an epoch of its own.
 *
 * @module
 */

/** A history that went on in the next one. */
export interface Ancestor {
  readonly epoch: string;
  /** The last revision that it shares with the next one: what came after it, if anything did, was lost. */
  readonly revision: number;
}

/** The most histories that are remembered; whoever knows only an older one begins again. */
const MAX_ANCESTORS = 32;

/** Draws an epoch: whoever knew the namespace before must not take it for the same. */
export function drawEpoch(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Adds a history to those that went before the next one. */
export function withAncestor(ancestors: readonly Ancestor[], ancestor: Ancestor): readonly Ancestor[] {
  return [...ancestors, ancestor].slice(-MAX_ANCESTORS);
}

/** Finds the last revision that a history shares with the present one; `undefined` for one that it has nothing to do with. */
export function lastShared(ancestors: readonly Ancestor[], epoch: string): number | undefined {
  const index = ancestors.findIndex((ancestor) => ancestor.epoch === epoch);
  if (index < 0) return undefined;
  // What a later one lost is not shared either.
  return Math.min(...ancestors.slice(index).map(({ revision }) => revision));
}
