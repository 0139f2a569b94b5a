/**
 * The one error of the state package.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * Every way a shared state can refuse, as a stable string to switch on.
 *
 * - `UNSUPPORTED_VERSION`: the two ends speak different versions of the state's protocol.
 * - `NAMESPACE_NOT_FOUND`: there is no namespace of that name, or it was deleted meanwhile.
 * - `NAMESPACE_EXISTS`: there is one already.
 * - `INVALID_PATH`: the path has a name that is refused, or leads through something without members.
 * - `INVALID_VALUE`: the value does not fit what is done to it, such as an increment of a text.
 * - `SCHEMA`: the result would not satisfy the schema; `issues` says why.
 * - `CONFLICT`: a check of a transaction failed, or an update met other writers too often.
 * - `COMPACTED`: the log no longer reaches back that far; `oldest` and `current` say what it holds.
 * - `EPOCH_CHANGED`: the history was begun anew, so that revisions of before mean nothing.
 * - `OUTCOME_UNKNOWN`: the write may have been applied, and nobody can tell any more.
 * - `ACTION_NOT_FOUND`: no action of that name is registered at the authority.
 * - `BUDGET_EXCEEDED`: the action took more time than it may, so what it did was undone.
 * - `TIMEOUT`: what was waited for did not come in time.
 * - `LIMIT_EXCEEDED`: a limit that the message names.
 * - `STORE_FAILED`: the store could not keep a change; the namespace answers nothing more.
 * - `NOT_AUTHORITY`: another authority has taken over the store.
 * - `NOT_FOLLOWED`: the state has no replica here: await `follow()` first.
 * - `UNAUTHORIZED`: the value is not for this client to read or write.
 * - `CLOSED`: the state was closed.
 */
export type StateErrorCode =
  | "UNSUPPORTED_VERSION"
  | "NAMESPACE_NOT_FOUND"
  | "NAMESPACE_EXISTS"
  | "INVALID_PATH"
  | "INVALID_VALUE"
  | "SCHEMA"
  | "CONFLICT"
  | "COMPACTED"
  | "EPOCH_CHANGED"
  | "OUTCOME_UNKNOWN"
  | "ACTION_NOT_FOUND"
  | "BUDGET_EXCEEDED"
  | "TIMEOUT"
  | "LIMIT_EXCEEDED"
  | "STORE_FAILED"
  | "NOT_AUTHORITY"
  | "NOT_FOLLOWED"
  | "UNAUTHORIZED"
  | "CLOSED";

/** What a state error carries beside its code and message. */
export interface StateErrorOptions extends ErrorOptions {
  readonly oldest?: number | undefined;
  readonly current?: number | undefined;
  readonly issues?: readonly Issue[] | undefined;
}

/** What a schema has against a value, and where. */
export type Issue = Pick<StandardSchemaV1.Issue, "message"> & { readonly path: readonly (string | number)[] };

/**
 * A refusal by the shared state, thrown at the authority or at its client.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly code: StateErrorCode;
  /** With `COMPACTED`: the oldest revision from which changes can still be had. */
  readonly oldest: number | undefined;
  /** With `COMPACTED`: the revision of the present. */
  readonly current: number | undefined;
  /** With `SCHEMA`: what is wrong, and where. */
  readonly issues: readonly Issue[] | undefined;

  constructor(code: StateErrorCode, message: string, options: StateErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.oldest = options.oldest;
    this.current = options.current;
    this.issues = options.issues;
  }
}
