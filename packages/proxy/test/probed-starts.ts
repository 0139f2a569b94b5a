/**
 * Where a path may not begin: at what this client was never given.
 *
 * @module
 */

import { AGENT } from "../src/operation.ts";

/** What a client puts in the place of a reference. */
export interface ProbedStart {
  readonly what: string;
  readonly reference: unknown;
  readonly code: "NOT_FOUND" | "REFERENCE_LOST" | "NOT_KEPT";
}

export const probedStarts: readonly ProbedStart[] = [
  ...[1, 7, 1.5, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, Number.NaN].map(
    (reference) =>
      ({ what: `reference ${reference}, which nobody was given`, reference, code: "REFERENCE_LOST" }) as const,
  ),
  ...[1, 1.5, 2 ** 40, Number.POSITIVE_INFINITY].map(
    (call) => ({ what: `the result of call ${call}, which nobody kept`, reference: -call, code: "NOT_KEPT" }) as const,
  ),
  ...["0", "it", null, undefined, true, 0n].map(
    (reference) =>
      ({ what: `${typeof reference} \`${reference}\` for a reference`, reference, code: "NOT_FOUND" }) as const,
  ),
  { what: "a list for a reference", reference: [0], code: "NOT_FOUND" },
  { what: "an object for a reference", reference: { valueOf: 0 }, code: "NOT_FOUND" },
  { what: "the agent of the other end, which has topics and answers requests", reference: AGENT, code: "NOT_FOUND" },
];

/** The paths that are tried from there. */
export const pathsFromStarts: readonly (readonly string[])[] = [
  ...[[], ["hello"], ["it", "hello"], ["constructor"], ["constructor", "constructor"], ["__proto__", "polluted"]],
  ...[["publish"], ["onRequest"], ["id"], ["toString"], ["request", "constructor"], ["stop"]],
];
