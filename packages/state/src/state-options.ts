/**
 * Options that the state's methods share.
 *
 * @module
 */

/** How one request is made. */
export interface RequestOptions {
  /** Ends the waiting at once with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The time that the answer may take, in ms. Default: the connection's `callTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** How something is written. */
export interface WriteOptions extends RequestOptions {
  /** A word on why, which watchers and the history show. */
  readonly tag?: string | undefined;
}

/** How a value is set. */
export interface SetOptions extends WriteOptions {
  /** The time after which the value is deleted, in ms. Default: never. Setting it again begins anew. */
  readonly ttlMs?: number | undefined;
  /** Whether the value is deleted when this client is gone: at once when it closes, after the server's `parking.forMs` when it vanishes. Default false. */
  readonly owned?: boolean | undefined;
}

/** How a value is read. */
export interface GetOptions<Default> extends RequestOptions {
  /** What stands for a missing value. Default `undefined`. */
  readonly default?: Default | undefined;
}

/** How long something is waited for. */
export interface WaitForOptions {
  /** Ends the waiting at once with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The time after which the waiting ends with `TIMEOUT`, in ms. Default: it waits without end. */
  readonly timeoutMs?: number | undefined;
}
