/**
 * Calls that are made again when they were lost.
 *
 * @module
 */

import { type CallOptions, type Session, SessionError } from "@fourwire/session";
import { randomId } from "./random-id.ts";

/** How a call through a proxy is made. */
export interface RepeatOptions extends CallOptions {
  /**
   * How often a call is made again that was lost because the server no longer
   * knew this client. It may have run before, so say this of calls only that may
   * run twice, or whose method knows its `idempotency-key`. Default: 0.
   */
  readonly repeat?: number | undefined;
}

/** The metadata under which a method finds what all tries of one call have in common. */
const IDEMPOTENCY_KEY = "idempotency-key";

/**
 * Makes a call, and makes it again, with the same idempotency key, when it is
 * lost and the session came back. All tries together take no longer than
 * `timeoutMs`, if that is given. From Pyro5's retries, which do not ask what may
 * be repeated.
 *
 * Rejects with what the last try rejects with; with a `TypeError` for an argument
 * that is a stream, as a stream is read once.
 */
export async function repeatCall(
  session: Session,
  target: unknown,
  args: readonly unknown[],
  { repeat = 0, ...options }: RepeatOptions,
): Promise<unknown> {
  checkRepeat(repeat, args);
  const metadata = { [IDEMPOTENCY_KEY]: randomId(), ...options.metadata };
  const due = performance.now() + (options.timeoutMs ?? Infinity);
  const call = async (left: number, timeoutMs: number | undefined): Promise<unknown> => {
    try {
      return await session.call(target, args, { ...options, metadata, timeoutMs });
    } catch (error) {
      if (left === 0 || !isLost(error, due) || !(await isBack(session, options.signal))) throw error;
      return await call(left - 1, options.timeoutMs && Math.max(due - performance.now(), 1));
    }
  };
  return await call(repeat, options.timeoutMs);
}

function checkRepeat(repeat: number, args: readonly unknown[]): void {
  if (!Number.isSafeInteger(repeat) || repeat < 0) throw new TypeError(`repeat is ${repeat}; expected a whole number`);
  if (args.some(isStream)) throw new TypeError("repeat: an argument that is a stream cannot be sent twice");
}

/** Says whether a call got no answer because its session was forgotten, and there is time left. */
function isLost(error: unknown, due: number): boolean {
  const isForgotten = error instanceof SessionError && error.code === "LOST" && error.outcome !== undefined;
  return isForgotten && performance.now() < due;
}

/** Waits until the session has a channel, and says whether it will have one. */
async function isBack(session: Session, signal: AbortSignal | undefined): Promise<boolean> {
  for await (const { state } of session.states({ signal })) if (state === "open") return true;
  return false;
}

function isStream(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || (typeof ReadableStream === "function" && value instanceof ReadableStream);
}
