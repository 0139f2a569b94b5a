/**
 * What the checks of requests have in common.
 *
 * @module
 */

import assert from "node:assert/strict";
import { callContext } from "../context.ts";
import { type Outcome, SessionError, type SessionErrorCode } from "../errors.ts";

/** A promise, and the function that resolves it. */
export interface Gate<Value = void> {
  readonly opened: Promise<Value>;
  open(value: Value): void;
}

/** Creates a promise that is resolved by hand. */
export function createGate<Value = void>(): Gate<Value> {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A handler that never answers, and tells what becomes of one request. */
export interface DeafHandler {
  /** Takes requests. */
  readonly handler: () => Promise<unknown>;
  /** Resolves when the first request arrives. */
  readonly arrived: Promise<void>;
  /** Resolves with the reason for which a request's signal aborts. */
  readonly aborted: Promise<unknown>;
}

/** Creates a handler that never answers. */
export function createDeafHandler(): DeafHandler {
  const arrived = createGate();
  const aborted = createGate<unknown>();
  const handler = (): Promise<unknown> => {
    const { signal } = callContext();
    signal.addEventListener("abort", () => aborted.open(signal.reason), { once: true });
    arrived.open();
    return new Promise(() => undefined);
  };
  return { handler, arrived: arrived.opened, aborted: aborted.opened };
}

/** Asserts that the promise rejects with an error of the code, which may have come from the far end. */
export async function failsWith(code: SessionErrorCode, promise: Promise<unknown>): Promise<void> {
  const error = await failureOf(promise);
  assert.ok(error instanceof Error && "code" in error, `Rejected with ${String(error)} instead of ${code}`);
  assert.equal(error.code, code);
}

/** Asserts that the promise rejects with a `SessionError` of the code and the outcome. */
export async function failsUnanswered(
  code: SessionErrorCode,
  outcome: Outcome,
  promise: Promise<unknown>,
): Promise<void> {
  const error = await failureOf(promise);
  assert.ok(error instanceof SessionError, `Rejected with ${String(error)} instead of a SessionError`);
  assert.deepEqual({ code: error.code, outcome: error.outcome }, { code, outcome });
}

/** Counts from 0 up to a total, exclusive. */
export function numbers(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index);
}

/** Fills bytes that differ from their neighbours. */
export function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + (index >>> 8)) & 0xff);
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => assert.fail(`Resolved with ${String(value)} instead of rejecting`),
    (error: unknown) => error,
  );
}
