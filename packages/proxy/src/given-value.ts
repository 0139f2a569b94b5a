/**
 * Paths into what a call gave.
 *
 * @module
 */

import { readIndex } from "./collection.ts";
import { ByValue } from "./crossing.ts";
import { isLiteral, isReachableName } from "./plain.ts";

/** Where a path into a given value comes to an end of what crosses by value. */
export interface Given {
  readonly value: unknown;
  /** The steps that are left. */
  readonly rest: readonly string[];
}

/**
 * Follows a path through literals and arrays, which would cross by value, as
 * far as they go: whoever had awaited the value could do the same with the copy.
 */
export function followGiven(start: unknown, path: readonly string[]): Given {
  let value = start;
  for (let step = 0; step < path.length; step += 1) {
    const name = path[step] ?? "";
    if (!isCopied(value)) return { value, rest: path.slice(step) };
    if (!isInCopy(value, name)) return { value: undefined, rest: path.slice(step) };
    value = Reflect.get(value, name);
  }
  return { value, rest: [] };
}

/** Says whether the copy has a member: of an array's fields only the elements cross. */
function isInCopy(value: object, name: string): boolean {
  if (Array.isArray(value) && readIndex(name) === undefined) return false;
  return isReachableName(name) && Object.prototype.propertyIsEnumerable.call(value, name);
}

/** Says whether a value is a literal or an array, of which whoever awaits it gets a copy. */
function isCopied(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || value instanceof ByValue || isLiteral(value);
}
