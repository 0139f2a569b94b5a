/**
 * Errors of the connection itself, told from those of the server when they cross
 * between the two threads.
 *
 * @module
 */

import { type ErrorClass, SessionError } from "@fourwire/session";
import { TransportError } from "@fourwire/transport";
import type { Operate } from "./sync-place.ts";

/** What the name of such an error begins with on its way. */
const OWN = "fourwire:";

/** What a time limit means to a thread that waits. */
const HINT = "this thread waits, so a server on this same thread can never answer";

/** The classes of such errors by their name on the way. */
export const OWN_CLASSES: Readonly<Record<string, ErrorClass>> = {
  [`${OWN}SessionError`]: SessionError,
  [`${OWN}TransportError`]: TransportError,
};

/** Marks an error that came up at this end of the connection. Those of the server are never of these classes here. */
export function markOwn(error: unknown): unknown {
  if (!(error instanceof SessionError || error instanceof TransportError)) return error;
  const marked = new Error(error.message, { cause: markOwn(error.cause) });
  const outcome = error instanceof SessionError ? error.outcome : undefined;
  return Object.assign(marked, { name: `${OWN}${error.name}`, code: error.code, outcome });
}

/** Makes a marked error what it was, as if it had come up on this thread; any other stays as it is. */
export function restoreOwn(error: Error): Error {
  if (!error.name.startsWith(OWN)) return error;
  const name = error.name.slice(OWN.length);
  Object.defineProperty(error, "name", { value: name, enumerable: true });
  if (isTooLate(error)) error.message += `; ${HINT}`;
  if (error.cause instanceof Error) restoreOwn(error.cause);
  error.stack = `${name}: ${error.message}`;
  Object.defineProperty(error, "remoteStack", { value: undefined, enumerable: false });
  return error;
}

/** Gives an error the stack of whoever waited for it, above the stack of where it was thrown. */
export function traceFrom(error: Error, caller: Operate): Error {
  const remote: unknown = Object.getOwnPropertyDescriptor(error, "remoteStack")?.value;
  Error.captureStackTrace(error, caller);
  if (typeof remote === "string") error.stack += `\n  at the other end:\n${remote}`;
  return error;
}

/** Says whether nothing came in time: an answer, an answer to the opening message, or one to the knock. */
function isTooLate(error: Error): boolean {
  return (error instanceof SessionError && error.code === "TIMEOUT") || /\b(in|within) \d+ ms\b/.test(error.message);
}

/** Makes the error of one call too many within one another. */
export function tooDeep(max: number): SessionError {
  return new SessionError("LIMIT_EXCEEDED", `More than ${max} calls run within one another on this thread`);
}
