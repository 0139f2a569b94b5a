/**
 * What a proxy asks of a served object: the targets of its calls.
 *
 * A string calls that method of the root. Everything else is
 * `[operation, reference, …path]`; reference 0 is the root, and −n the result of
 * call n, which was kept for that.
 *
 * @module
 */

/** The first element of a target. */
export const Operation = {
  /** Arguments: the method's. */
  CALL: 0,
  /** No arguments; the result is the value. */
  GET: 1,
  /** Arguments `[value]`. */
  SET: 2,
  /** No arguments; the result is a `Description`. */
  DESCRIBE: 3,
  /** Arguments `[subscription]`, a number that the client chooses. */
  CONNECT: 4,
  /** Arguments `[subscription]`. */
  DISCONNECT: 5,
  /** No arguments, no path; the result is that of the kept call. */
  RESULT: 6,
  /** Arguments: the constructor's; the result is the instance, by reference. */
  CONSTRUCT: 7,
} as const;

/** The operations by number, as `authorize` and spans name them. */
export const OPERATION_NAMES: readonly string[] = [
  ...["call", "get", "set", "describe", "connect", "disconnect", "get", "construct"],
];

/** The targets of notifications from the server. */
export const Notice = {
  /** `[16, subscription]`; arguments: the signal's. */
  EMITTED: 16,
  /** `[17, subscription]`; arguments `[lost]`: so many emissions were dropped because this client did not read. */
  LOST: 17,
} as const;

/** The reference of the served root. */
export const ROOT = 0;

/** A target with its parts told apart. */
export interface Target {
  readonly operation: number;
  readonly reference: number;
  readonly path: readonly string[];
}

/** The longest path that is followed. */
const MAX_PATH = 64;

/** Reads a target that is not a string; `undefined` when it is none. */
export function readTarget(target: unknown): Target | undefined {
  if (!Array.isArray(target) || target.length > MAX_PATH + 2) return undefined;
  const [operation, reference, ...path]: unknown[] = target;
  if (typeof operation !== "number" || typeof reference !== "number" || !path.every(isString)) return undefined;
  return { operation, reference, path };
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}
