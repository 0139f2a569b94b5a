/**
 * The names that lead out of an object, whatever it is.
 *
 * @module
 */

const NEVER: ReadonlySet<string> = new Set(["constructor", "__proto__", "prototype"]);

/** Says whether a name may be reachable at all. */
export function isReachableName(name: string): boolean {
  return !name.startsWith("_") && !NEVER.has(name);
}
