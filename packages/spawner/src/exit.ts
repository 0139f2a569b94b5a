/**
 * How a worker ended.
 *
 * @module
 */

/** How a worker ended. */
export interface Exit {
  /** The exit code; `null` when a signal ended it, or when it never ran. */
  readonly code: number | null;
  /** The signal that ended it. */
  readonly signal: string | null;
  /** What kept it from running, or the error that ended a thread. */
  readonly error?: Error | undefined;
}

/** Says how a worker ended, for messages. */
export function describeExit({ code, signal, error }: Exit): string {
  if (signal) return `was ended by ${signal}`;
  if (error) return `failed: ${error.message}`;
  return `ended with code ${code}`;
}
