/**
 * Times as users give them.
 *
 * @module
 */

/** Throws a `TypeError` that names a time which no timer takes. */
export function checkTime(name: string, value: unknown): void {
  if (typeof value === "number" && value > 0 && value < 2 ** 31) return;
  throw new TypeError(`${name} is ${String(value)}; expected a number of milliseconds above 0 and below ${2 ** 31}`);
}
