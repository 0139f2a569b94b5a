/**
 * Promises, told from values.
 *
 * @module
 */

/** Says whether a value is a promise of one. A proxy's root is none; a member of it is. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof Reflect.get(value, "then") === "function";
}
