/**
 * The one error of the proxy package.
 *
 * @module
 */

/**
 * Every way a remote object can refuse, as a stable string to switch on.
 *
 * - `NOT_FOUND`: nothing of that name is reachable: it does not exist, or the exposure rules hide it.
 * - `NOT_CALLABLE`: the member is not a method.
 * - `NOT_WRITABLE`: the member is a method, a signal, or a property without a setter.
 * - `NOT_A_SIGNAL`: slots connect to signals only.
 * - `NOT_KEPT`: the result of a call was only used as a path when the turn of the call was over, so it is not there to be awaited.
 * - `REFERENCE_LOST`: the object behind a reference is no longer held: it was released, or one of the ends forgot the other.
 */
export type ProxyErrorCode =
  | "NOT_FOUND"
  | "NOT_CALLABLE"
  | "NOT_WRITABLE"
  | "NOT_A_SIGNAL"
  | "NOT_KEPT"
  | "REFERENCE_LOST";

/**
 * A refusal of the served object's rules, thrown at the server and received by
 * the caller.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code: ProxyErrorCode;

  constructor(code: ProxyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
