/**
 * What everything that waits has in common.
 *
 * @module
 */

/** What everything that waits accepts. */
export interface WaitOptions {
  /** Ends the wait: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
