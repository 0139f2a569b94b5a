/**
 * The one error of the processes.
 *
 * @module
 */

/**
 * Every way a process can fail whoever waits for it, as a stable string to switch on. What a task throws comes as it is.
 *
 * - `EXITED`: it ended without a result; `exitCode` or `signal` says how.
 * - `STOPPED`: it was stopped before it had a result; the cause is what its task threw then.
 * - `ATTEMPT_TIMEOUT`: an attempt took longer than `attemptTimeoutMs`, and was ended.
 * - `NOT_A_TASK`: the module does not export a task under that name.
 * - `NOT_FOUND`: no process has that id or name, or its result was kept for its time.
 * - `NAME_TAKEN`: a detached process of that name runs already.
 * - `NO_SERVER`: a detached process outlives this context and its state with it; give the `server` of another one.
 * - `CLOSED`: the context was closed.
 */
export type ProcessErrorCode =
  | "EXITED"
  | "STOPPED"
  | "ATTEMPT_TIMEOUT"
  | "NOT_A_TASK"
  | "NOT_FOUND"
  | "NAME_TAKEN"
  | "NO_SERVER"
  | "CLOSED";

/** What a process error carries beside its code and message. */
export interface ProcessErrorOptions extends ErrorOptions {
  readonly path?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}

/**
 * A failure of a process itself. From ZProc's `ProcessWaitError`.
 *
 * Decide by `code`; the message is for people and may change.
 */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
  readonly code: ProcessErrorCode;
  /** The process, by its path: the names from the outermost context to it. */
  readonly path: string | undefined;
  /** The code that it ended with, if it ended with one. */
  readonly exitCode: number | undefined;
  /** The signal that ended it, if one did. */
  readonly signal: string | undefined;

  constructor(code: ProcessErrorCode, message: string, options: ProcessErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.path = options.path;
    this.exitCode = options.exitCode;
    this.signal = options.signal;
  }
}
