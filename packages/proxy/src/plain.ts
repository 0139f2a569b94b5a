/**
 * Plain names and plain objects.
 *
 * @module
 */

/** Names that lead out of the object, whatever it is. */
const NEVER: ReadonlySet<string> = new Set(["constructor", "__proto__", "prototype"]);

/** Says whether a name may be reached on any object at all. */
export function isReachableName(name: string): boolean {
  return !name.startsWith("_") && !NEVER.has(name);
}

/** Says whether an object is nothing but its fields, as one written in braces. */
export function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
