/**
 * Several calls as one.
 *
 * @module
 */

import { nodeOf } from "./remote-node.ts";

/** What several calls resolve with, in their order. */
export type BatchResults<Calls extends readonly unknown[]> = {
  -readonly [Index in keyof Calls]: Awaited<Calls[Index]>;
};

/**
 * Makes several calls, reads and writes that leave in one message and settle together.
 *
 * The server takes calls and writes in their order, then the reads, which are
 * only places until the function has returned; methods that return no promise
 * run with nothing in between. Resolves with the results in that order when all are
 * there. From Pyro5's batches, which stop at the first error; here the rest runs.
 *
 * Rejects, when all have settled, with an `AggregateError` whose `errors` are in
 * the order of what failed; with a `TypeError` when the function does not return
 * an array; with what the function throws.
 *
 * @example
 * ```ts
 * const [position, name] = await batch(robot, (r) => [r.move(3), r.name]);
 * ```
 */
export async function batch<Proxy extends object, const Calls extends readonly unknown[]>(
  proxy: Proxy,
  makeCalls: (proxy: Proxy) => Calls,
): Promise<BatchResults<Calls>> {
  nodeOf(proxy, "batch");
  const calls = makeCalls(proxy);
  if (!Array.isArray(calls)) throw new TypeError("batch: the function returns an array of calls");
  const outcomes = await Promise.allSettled(calls);
  const errors = outcomes.flatMap((outcome, index) => (outcome.status === "rejected" ? [{ index, ...outcome }] : []));
  if (errors.length > 0) {
    const places = errors.map(({ index }) => index).join(", ");
    const reasons = errors.map(({ reason }) => reason);
    throw new AggregateError(reasons, `${errors.length} of ${calls.length} calls failed, at ${places}`);
  }
  const results: unknown = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : undefined));
  // As many as there were calls, in their order, which no type can follow through the settling.
  return results as BatchResults<Calls>;
}
