/**
 * Who writes, and what comes of it.
 *
 * @module
 */

/** Who writes, and how a repeated write is recognised. */
export interface Writer {
  readonly by: string;
  readonly write: number | undefined;
  readonly tag?: string | undefined;
}

/** How a transaction ended. */
export interface Commit {
  /** The revision with it, or the present one when it changed nothing. */
  readonly revision: number;
  readonly results: unknown;
  /** The check that failed, `-1` when none did. */
  readonly failed: number;
  /** Settles when it is kept and told to those who wait for it; absent when that is so already. */
  readonly kept: Promise<void> | undefined;
}
