/**
 * What a served call can find out about itself.
 *
 * @module
 */

/** Who is at the other end of a session. */
export interface Peer {
  /** The session's id, which both ends know. */
  readonly sessionId: string;
  /** The address that this end connected to or listens at. */
  readonly address: string;
  /** What `authenticate` returned for the client; `undefined` without it, and at the client. */
  readonly principal: unknown;
}

/** The circumstances of a call that is being served. */
export interface CallContext {
  readonly peer: Peer;
  /** What the caller sent along; empty when nothing. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The time left when the call arrived, in ms; `Infinity` when it has no deadline. */
  readonly timeoutMs: number;
  /** Aborts when the caller gave up, at its deadline, and when the caller is gone. */
  readonly signal: AbortSignal;
}

interface Storage {
  getStore(): CallContext | undefined;
  run<Result>(context: CallContext, run: () => Result): Result;
}

/** Async local storage on Node; absent in browsers, where a served function cannot ask. */
const storage: Storage | undefined = createStorage();

/**
 * Returns the circumstances of the call that is being served, also after an
 * `await` in it.
 *
 * Throws a `TypeError` outside a served call, and in browsers.
 */
export function callContext(): CallContext {
  const context = storage?.getStore();
  if (!context) throw new TypeError("callContext() is only known while a call is being served, on Node");
  return context;
}

/** Runs a served function so that it can ask for its context. */
export function runInContext<Result>(context: CallContext, run: () => Result): Result {
  return storage ? storage.run(context, run) : run();
}

function createStorage(): Storage | undefined {
  if (typeof process !== "object" || typeof process.getBuiltinModule !== "function") return undefined;
  const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
  return new AsyncLocalStorage<CallContext>();
}
