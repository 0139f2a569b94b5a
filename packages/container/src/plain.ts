/**
 * Which values are configuration to look into, and which are somebody's objects.
 *
 * @module
 */

/** Says whether a value is an object literal, as code and JSON write them. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Finds what stands at a path. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((found, key) => {
    const isHolder = typeof found === "object" && found !== null;
    return isHolder && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
  }, value);
}
