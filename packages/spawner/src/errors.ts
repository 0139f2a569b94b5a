/**
 * The one error of the spawner package.
 *
 * @module
 */

import type { Exit } from "./exit.ts";

/**
 * Every way a worker can fail its owner, as a stable string to switch on.
 *
 * - `START_FAILED`: the worker ended, or broke the handshake, before it was ready; `exit` and the last lines of stderr say why.
 * - `START_TIMEOUT`: the worker was not ready in time, and was killed.
 * - `EXITED`: the worker has ended, so nothing can be asked of it any more.
 * - `NOT_ALLOWED`: the module is not on the worker's allow-list, or what is asked is not for this client.
 * - `NOT_FOUND`: nothing has that name in the worker, or there is no such module.
 * - `NOT_COPYABLE`: the object cannot be copied; use it where it is.
 * - `QUEUE_FULL`: more tasks wait for a pool's workers than may.
 * - `NO_RECIPE`: another process cannot build the transport.
 * - `STARTED_DURING_IMPORT`: a module starts a worker while a worker imports it, which would go on for ever.
 */
export type SpawnErrorCode =
  | "START_FAILED"
  | "START_TIMEOUT"
  | "EXITED"
  | "NOT_ALLOWED"
  | "NOT_FOUND"
  | "NOT_COPYABLE"
  | "QUEUE_FULL"
  | "NO_RECIPE"
  | "STARTED_DURING_IMPORT";

/** What a `SpawnError` may say beside its message. */
export interface SpawnErrorOptions extends ErrorOptions {
  readonly exit?: Exit | undefined;
}

/**
 * A failure of a worker itself; what its objects throw comes as it is.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class SpawnError extends Error {
  override readonly name = "SpawnError";
  readonly code: SpawnErrorCode;
  /** How the worker ended, if it did. */
  readonly exit: Exit | undefined;

  constructor(code: SpawnErrorCode, message: string, { exit, ...options }: SpawnErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.exit = exit;
  }
}
