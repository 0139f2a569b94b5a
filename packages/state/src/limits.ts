/**
 * What bounds an authority.
 *
 * @module
 */

import type { LogLimits } from "./change-log.ts";

/** The bounds of an authority. */
export interface StateLimits extends LogLimits {
  /** The most namespaces. Default 1,000. */
  readonly maxNamespaces: number;
  /** The most who wait for, or watch, one namespace at once. Default 100,000. */
  readonly maxWatchers: number;
  /** The most changes that `history` gives at once. Default 10,000. */
  readonly maxHistory: number;
  /** How long what somebody owns outlives a restart of the authority without them, in ms. Default 30,000. */
  readonly ownerLeaseMs: number;
}

/** The bounds as a user gives them: what is left out has its default. */
export type StateLimitOptions = { readonly [Name in keyof StateLimits]?: number | undefined };

const DEFAULTS: StateLimits = {
  maxLogEntries: 10_000,
  maxLogBytes: 64 * 1024 * 1024,
  maxNamespaces: 1_000,
  maxWatchers: 100_000,
  maxHistory: 10_000,
  ownerLeaseMs: 30_000,
};

/** Fills in what was left out. Throws a `TypeError` that names a bound which is not a positive integer. */
export function completeStateLimits(options: StateLimitOptions): StateLimits {
  const limits = { ...DEFAULTS };
  for (const name of names()) {
    const value = options[name] ?? limits[name];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`${name} is ${String(value)}; expected a positive integer`);
    }
    limits[name] = value;
  }
  return limits;
}

function names(): readonly (keyof StateLimits)[] {
  return ["maxLogEntries", "maxLogBytes", "maxNamespaces", "maxWatchers", "maxHistory", "ownerLeaseMs"];
}
