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
  /** Arguments `[subscription]`, a number that the client chooses, or `[subscription, [limit, onFull, maxAgeMs]]` for a queue. */
  CONNECT: 4,
  /** Arguments `[subscription]`. */
  DISCONNECT: 5,
  /** Arguments: the constructor's; the result is the instance, by reference. */
  CONSTRUCT: 6,
  /** No arguments, no path; the result is that of the kept call. */
  RESULT: 7,
  /** Arguments `[session, number, key]`, no path; the result is `[reference, kind]` of what was handed over. */
  CLAIM: 8,
} as const;

/** The operations by number, as `authorize` and spans name them. */
export const OPERATION_NAMES: readonly string[] = [
  ...["call", "get", "set", "describe", "connect", "disconnect", "construct", "get", "claim"],
];

/** The targets of notifications about signals. */
export const Notice = {
  /** `[16, subscription]`; arguments: the signal's. */
  EMITTED: 16,
  /** `[17, subscription]`; arguments `[lost]`: so many emissions were dropped because this client did not read; `[lost, why]` for one with a queue. */
  LOST: 17,
  /** `[18, subscription]`, from the client; arguments `[count]`: its queue has room for so many emissions more. */
  CREDIT: 18,
  /** `[19, subscription]`, for a subscription with a queue; arguments: the emission's age in ms, then the signal's. */
  QUEUED: 19,
  /** `[20, number]`, from the client; arguments `[key, reference]`: it hands over something of the server's to whoever has the key. */
  HANDED: 20,
  /** `[21, reference]`, no arguments: what was handed over by that reference was taken from its owner. */
  TAKEN: 21,
} as const;

/** The reference of the served root. */
export const ROOT = 0;

/** The reference of the agent at the other end, below the number of any call: what is called is `request` or `introduce`, what is connected to a topic. */
export const AGENT: number = Number.MIN_SAFE_INTEGER;

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
