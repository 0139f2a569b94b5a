/**
 * Processes, as those see them who started them.
 *
 * @module
 */

import type { WaitForOptions } from "../state-options.ts";

/** How a process is stopped. */
export interface StopOptions {
  /** By when it has ended at the latest. Default: its `stopTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** A process that runs a task. Disposing it stops it. From ZProc's `Process`. */
export interface Process<Result> extends AsyncDisposable {
  /** What its result can be fetched by, with `context.result`, from every context beside the same state. */
  readonly id: string;
  readonly name: string;
  /** The names from the outermost context to it, such as `root/outer/inner`. */
  readonly path: string;
  /** The id of the operating system's process, once it runs; that of this one for threads and inline ones. */
  readonly pid: number | undefined;
  /** Whether it was started and has not ended. */
  readonly isAlive: boolean;
  /** The code that it ended with: 0 for a result, 1 for an error, or what `ProcessExit` says. */
  readonly exitCode: number | undefined;
  /** The signal that ended it. */
  readonly exitSignal: string | undefined;
  /** The number of the attempt, from 1; 0 before it was started. */
  readonly attempt: number;
  /**
   * Starts it, once: later calls wait for the same. Resolves when its task runs and what that asks of the
   * state at first has arrived there: what is written from then on is no surprise to it. Rejects with what kept it from that.
   */
  start(): Promise<void>;
  /**
   * Stops it: aborts its task's signal, waits for the task, then sends SIGTERM and SIGKILL to it and all that it started. Safe to call twice.
   * Whoever waits gets the result if the task still had one, and `STOPPED` otherwise.
   */
  stop(options?: StopOptions): Promise<void>;
  /** Sends it a signal. Default SIGKILL, with which it ends at once. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /**
   * Waits until it has ended and resolves with what its task returned.
   *
   * Rejects with what the task threw, of its own class if that is known here and as `RemoteError` otherwise; with a `ProcessError` when
   * it ended otherwise; with `TIMEOUT`, a `StateError`; or with the signal's reason.
   */
  wait(options?: WaitForOptions): Promise<Result>;
}
