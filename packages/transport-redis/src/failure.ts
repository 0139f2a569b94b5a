/**
 * What ioredis says is wrong, as the contract's errors.
 *
 * @module
 */

import type { ErrorCode } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";

/** Turns a failure to connect into the error for it; nothing of it shows a password. */
export function connectFailure(error: unknown): TransportError {
  const { code, says } = judge(error);
  return new TransportError(code, `Redis cannot be used: ${says}`, { cause: withoutCommand(error) });
}

/** Turns the failure of a command into the error for it. */
export function commandFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TransportError || error instanceof TypeError) return error;
  const { code, says } = judge(error);
  return new TransportError(code === "REFUSED" ? "LOST" : code, `Redis failed: ${says}`, {
    cause: withoutCommand(error),
  });
}

function judge(error: unknown): { readonly code: ErrorCode; readonly says: string } {
  if (!(error instanceof Error)) return { code: "REFUSED", says: String(error) };
  // Several addresses of a name that all failed come as one error without words.
  const says = error.message || (error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name);
  return { code: /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.test(error.message) ? "UNAUTHORIZED" : "REFUSED", says };
}

/** Copies an error: ioredis hangs the command onto its own, with a password among the arguments. */
function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const copy = new Error(error.message);
  copy.name = error.name;
  return copy;
}
