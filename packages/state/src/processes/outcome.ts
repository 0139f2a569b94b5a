/**
 * How one run of a task ends.
 *
 * @module
 */

import { ProcessError } from "./errors.ts";

/** How one run of a task ends, in its own worker. It crosses as a value, so that no error of a link can be taken for the task's. */
export type Outcome =
  | { readonly status: "done"; readonly result: unknown }
  | { readonly status: "failed"; readonly error: unknown }
  | { readonly status: "exit"; readonly exitCode: number };

/** How it ends for whoever started it: its worker may have ended under it. */
export type RunOutcome =
  | Outcome
  | { readonly status: "dead"; readonly exitCode: number | null; readonly signal: string | null };

/** Returns the result of a run, or throws what stands for it. */
export function resultOf(outcome: RunOutcome, path: string): unknown {
  if (outcome.status === "done") return outcome.result;
  throw failureOf(outcome, path);
}

/** Makes the error of a run that has no result: what the task threw, or `EXITED`. */
export function failureOf(outcome: Exclude<RunOutcome, { readonly status: "done" }>, path: string): unknown {
  if (outcome.status === "failed") return outcome.error;
  const signal = outcome.status === "dead" ? outcome.signal : null;
  const how = signal ? `was ended by ${signal}` : `ended with code ${outcome.exitCode}`;
  return new ProcessError("EXITED", `The process "${path}" ${how} before it had a result`, {
    path,
    exitCode: outcome.exitCode ?? undefined,
    signal: signal ?? undefined,
  });
}
