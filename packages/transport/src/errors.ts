/**
 * The one error a driver throws.
 *
 * @module
 */

/**
 * Every way a link can fail, as a stable string to switch on.
 *
 * - `ADDRESS_INVALID`: the address is not one this driver understands.
 * - `ADDRESS_IN_USE`: something listens there already.
 * - `REFUSED`: nobody listens there, or whoever does turned the connection away.
 * - `UNAUTHORIZED`: the far end did not accept the keys that were shown.
 * - `CLOSED`: the channel was closed by either end, or the transport by this one
 *   or, where it is one private link, because that link is gone.
 * - `LOST`: the far end or the way to it is gone, or it broke the protocol.
 * - `TOO_LARGE`: the message exceeds what the medium carries.
 * - `UNSUPPORTED`: the driver's traits say that it cannot do this.
 * - `LEASE_LOST`: the queue item is no longer leased to whoever settles it.
 * - `TRIMMED`: the log no longer keeps what a reader was to go on behind.
 * - `NO_RECIPE`: the transport cannot be rebuilt in another thread or process.
 */
export type ErrorCode =
  | "ADDRESS_INVALID"
  | "ADDRESS_IN_USE"
  | "REFUSED"
  | "UNAUTHORIZED"
  | "CLOSED"
  | "LOST"
  | "TOO_LARGE"
  | "UNSUPPORTED"
  | "LEASE_LOST"
  | "TRIMMED"
  | "NO_RECIPE";

/**
 * A failure of the link itself, never of the code at the other end.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
