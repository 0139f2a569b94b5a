/**
 * What a task works with.
 *
 * @module
 */

import { Context, type ContextParts } from "./context.ts";
import { ProcessExit } from "./process-exit.ts";

/** What concerns one run of a task. */
export interface TaskRun {
  readonly id: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/**
 * What a task works with: the state, and processes of its own beside the same state.
 *
 * What it has started is stopped when the task returns; wait for it with `waitAll` to have it end by itself.
 */
export class TaskContext<Shape extends object = Record<string, unknown>> extends Context<Shape> {
  /** The process's id, as its handle has it. */
  readonly id: string;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** Aborts when the process is to stop, with a `SignalError` when a signal that is retried on came. */
  readonly signal: AbortSignal;

  constructor(parts: ContextParts<Shape>, { id, attempt, signal }: TaskRun) {
    super(parts);
    this.id = id;
    this.attempt = attempt;
    this.signal = signal;
  }

  /** Ends the process with a code; the same as to throw `ProcessExit`. */
  exit(exitCode = 0): never {
    throw new ProcessExit(exitCode);
  }
}
