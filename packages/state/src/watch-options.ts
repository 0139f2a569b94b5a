/**
 * How changes are waited for and watched.
 *
 * @module
 */

import type { Path } from "./path.ts";
import type { WaitForOptions } from "./state-options.ts";

/** Which changes are wanted; without any of these, all. */
export interface WantedChanges<Key extends string> {
  /** Only changes of these keys. */
  readonly keys?: readonly Key[] | undefined;
  /** Only changes at, above or below these paths. */
  readonly paths?: readonly Path[] | undefined;
  /** No changes of these keys. */
  readonly exclude?: readonly Key[] | undefined;
  /** Whether changes by this client are wanted, too. Default true. */
  readonly includeOwn?: boolean | undefined;
  /** Whether writes that set what was so already are wanted, too. Default false. */
  readonly includeNoop?: boolean | undefined;
}

/** How the next change is waited for. */
export interface NextChangeOptions<Key extends string> extends WantedChanges<Key>, WaitForOptions {
  /** The revision after which it counts. Default: that of now. */
  readonly since?: number | undefined;
}

/** How a condition is waited for. */
export interface UntilOptions<Key extends string> extends WaitForOptions {
  /** The keys that a function looks at: only those travel. Default: all. */
  readonly keys?: readonly Key[] | undefined;
}

/** How changes are watched. */
export interface ChangesOptions<Key extends string> extends WantedChanges<Key> {
  /**
   * Where it begins: with what comes from `now` on (the default), with a `snapshot`, at the `start` of the log, or
   * after a revision.
   */
  readonly from?: "now" | "start" | "snapshot" | number | undefined;
  /** The history that a revision in `from` belongs to. Default: the present one. */
  readonly epoch?: string | undefined;
  /** `every` change (the default), or the `latest`: what came while nobody looked arrives as one change. */
  readonly mode?: "every" | "latest" | undefined;
  /**
   * What becomes of a watch that the log has overtaken, as nobody waits for it: it goes on with a snapshot, which stands
   * for what it missed, by `resync` (the default), or ends with `COMPACTED` or `EPOCH_CHANGED`, by `error`.
   */
  readonly overflow?: "resync" | "error" | undefined;
  /** Ends the watch with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Which part of the past is wanted. */
export interface HistoryOptions<Key extends string> extends WantedChanges<Key>, WaitForOptions {
  /** The revision before the first one. Default: as far back as the log reaches. */
  readonly from?: number | undefined;
  /** The last revision. Default: the present one. */
  readonly to?: number | undefined;
}
