/**
 * The one error the bus throws.
 *
 * @module
 */

/**
 * Every way the bus can fail, as a stable string to switch on.
 *
 * - `UNSUPPORTED`: the transport lacks a feature that is asked for; the message names it.
 * - `INVALID_DATA`: data does not fit its schema; `issues` says why.
 * - `UNREADABLE`: a message is none of this bus's, or is broken.
 * - `NO_RECEIVER`: an event that must be received reached nobody.
 * - `NO_SERVER`: nobody serves the function.
 * - `TIMEOUT`: the answer did not come in time.
 * - `BUSY`: the server has as much to do as it accepts.
 * - `DUPLICATE`: the name is exposed already by this bus.
 * - `EMPTY`: the queue had no item in the time given.
 * - `FULL`: the queue had no room in the time given.
 * - `LEASE_LOST`: the job is settled already, or another consumer may have it.
 * - `JOB_FAILED`: the job was rejected, or tried as often as it may be.
 * - `OVERFLOW`: a subscription whose policy is `fail` has more events than it keeps.
 * - `CLOSED`: the bus, or what it was asked of, is closed.
 */
export type BusErrorCode =
  | "UNSUPPORTED"
  | "INVALID_DATA"
  | "UNREADABLE"
  | "NO_RECEIVER"
  | "NO_SERVER"
  | "TIMEOUT"
  | "BUSY"
  | "DUPLICATE"
  | "EMPTY"
  | "FULL"
  | "LEASE_LOST"
  | "JOB_FAILED"
  | "OVERFLOW"
  | "CLOSED";

/** One reason why data does not fit its schema. */
export interface Issue {
  readonly message: string;
  /** Where in the data, as `items.0.price`; empty for the whole. */
  readonly path: string;
}

/** What a bus error carries beside its code and message. */
export interface BusErrorOptions extends ErrorOptions {
  readonly issues?: readonly Issue[] | undefined;
}

/**
 * A failure of the bus, never of a handler or a served function.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class BusError extends Error {
  override readonly name = "BusError";
  readonly code: BusErrorCode;
  /** Present with `INVALID_DATA`. */
  readonly issues: readonly Issue[] | undefined;

  constructor(code: BusErrorCode, message: string, options: BusErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.issues = options.issues;
  }
}
