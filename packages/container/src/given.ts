/**
 * Options of a part, to be put over those that all parts have in common.
 *
 * @module
 */

/** Leaves out what is there as `undefined` only, so that what all sessions have in common holds. */
export function given<Options extends object>(options: Options): Partial<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  // The same entries, less some: no type of the library says so.
  return Object.fromEntries(entries) as Partial<Options>;
}
