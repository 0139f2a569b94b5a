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
 * - `INVALID_ARGUMENTS`: the contract refuses what was given to a method or a property; the method did not run.
 * - `INVALID_RESULT`: the contract refuses what a method or a property gave; it did run.
 */
export type ProxyErrorCode =
  | "NOT_FOUND"
  | "NOT_CALLABLE"
  | "NOT_WRITABLE"
  | "NOT_A_SIGNAL"
  | "NOT_KEPT"
  | "REFERENCE_LOST"
  | "INVALID_ARGUMENTS"
  | "INVALID_RESULT";

/** One thing that a contract finds wrong with a value. */
export interface ValidationIssue {
  /** Where in the value; among arguments the first part is the argument's index. */
  readonly path: readonly (string | number)[];
  /** What the schema says about it. */
  readonly message: string;
}

/** What a proxy error carries beside its code and message. */
export interface ProxyErrorOptions extends ErrorOptions {
  readonly issues?: readonly ValidationIssue[] | undefined;
}

/**
 * A refusal of the served object's rules, thrown at the server and received by
 * the caller.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code: ProxyErrorCode;
  /** What the contract found wrong; present on `INVALID_ARGUMENTS` and `INVALID_RESULT` only. */
  declare readonly issues?: readonly ValidationIssue[];

  constructor(code: ProxyErrorCode, message: string, options: ProxyErrorOptions = {}) {
    super(message, options);
    this.code = code;
    if (options.issues) this.issues = options.issues;
  }
}
