/**
 * What can be copied.
 *
 * @module
 */

/** Says whether a value is data all through, so that a copy is as good as the value. */
export function isCopyable(value: unknown): boolean {
  const seen = new Set<unknown>();
  const waiting = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part === "function" || typeof part === "symbol") return false;
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    if (hasMethods(part)) return false;
    waiting.push(...partsOf(part));
  }
  return true;
}

function partsOf(value: object): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? [...value] : Object.values(value);
}

/** Says whether an object's classes, the platform's own collections and the like apart, have members that a copy would lose. */
function hasMethods(value: object): boolean {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  if ([Map, Set, Date, Error].some((type) => value instanceof type)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) return false;
  return Reflect.ownKeys(prototype).length > 1 || hasMethods(prototype);
}
