/**
 * The one error the session throws.
 *
 * @module
 */

/**
 * Every way a conversation can fail, as a stable string to switch on.
 *
 * - `TIMEOUT`: the answer did not come in time.
 * - `CLOSED`: one of the two ends closed the session.
 * - `LOST`: the channel broke, or the far end gave no sign of life.
 * - `GAP`: a numbered message is missing, so the channel was given up.
 * - `MALFORMED`: the far end sent what the protocol does not allow.
 * - `LIMIT_EXCEEDED`: a message, a value or a peer went over a limit that the message names.
 * - `QUEUE_FULL`: more waits to be sent than `maxQueuedBytes`; this one was not accepted.
 * - `NOT_SERIALIZABLE`: a value of a kind that does not cross; the message names the path to it.
 * - `UNSUPPORTED_VERSION`: the far end speaks no version of the protocol that this end speaks.
 * - `UNAUTHORIZED`: the far end did not accept this end's credentials.
 * - `NOT_FOUND`: nothing of that name is reachable at the far end.
 */
export type SessionErrorCode =
  | "TIMEOUT"
  | "CLOSED"
  | "LOST"
  | "GAP"
  | "MALFORMED"
  | "LIMIT_EXCEEDED"
  | "QUEUE_FULL"
  | "NOT_SERIALIZABLE"
  | "UNSUPPORTED_VERSION"
  | "UNAUTHORIZED"
  | "NOT_FOUND";

/**
 * What is known about a call that failed without an answer.
 *
 * `notSent`: it never left, so trying again is safe. `unknown`: it may have run.
 */
export type Outcome = "notSent" | "unknown";

/** What a session error carries beside its code and message. */
export interface SessionErrorOptions extends ErrorOptions {
  readonly outcome?: Outcome | undefined;
}

/**
 * A failure of the conversation, never of the code at the other end.
 *
 * Decide by `code`, and by `outcome` whether to try again; the message is for
 * people and may change.
 */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: SessionErrorCode;
  /** Present when a call failed without an answer. */
  readonly outcome: Outcome | undefined;

  constructor(code: SessionErrorCode, message: string, options: SessionErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.outcome = options.outcome;
  }
}

/** Builds the error of one failed call out of the reason why the whole session ended. */
export function failureOf(reason: SessionError, outcome: Outcome): SessionError {
  return new SessionError(reason.code, reason.message, { cause: reason.cause, outcome });
}

/** Turns whatever was thrown into an `Error`; never throws, whatever it is. */
export function toError(thrown: unknown): Error {
  try {
    return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
  } catch (cause) {
    return new Error("Something was thrown that cannot be shown as text", { cause });
  }
}

/** Builds the error of what is asked of a session that is over. */
export function notSent(reason: SessionError): SessionError {
  return failureOf(reason, "notSent");
}

/** Builds the reason why a session is over when this end ended it. */
export function closedHere(): SessionError {
  return new SessionError("CLOSED", "This end closed the session");
}

/** Builds the reason why a session is over when its channel broke. */
export function lost(cause: Error | undefined, message = "The channel to the far end is lost"): SessionError {
  return new SessionError("LOST", cause ? `${message}: ${cause.message}` : message, { cause });
}

/** Builds the reason why a session is over when a message could not even be read. */
export function malformed(cause: unknown): SessionError {
  return new SessionError("MALFORMED", toError(cause).message, { cause });
}

/** Builds the reason why a session is over when a control message came at the wrong time. */
export function misplaced(kind: unknown): SessionError {
  return new SessionError("MALFORMED", `The far end sent control message ${String(kind)}, which has no place here`);
}
