/**
 * Ending a process from within its task.
 *
 * @module
 */

/** The largest code that a process can end with. */
const MAX_EXIT_CODE = 255;

/**
 * What a task throws to end its process with a code of its own, 0 included. From ZProc's `ProcessExit`.
 *
 * What the process started is stopped first. Whoever waits gets `EXITED` with that code, as there is no result. Such an end
 * is final: it is not retried.
 */
export class ProcessExit extends Error {
  override readonly name = "ProcessExit";
  readonly exitCode: number;

  constructor(exitCode = 0) {
    if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > MAX_EXIT_CODE) {
      throw new TypeError(`exitCode is ${exitCode}; expected an integer from 0 to ${MAX_EXIT_CODE}`);
    }
    super(`The process ends with code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Says whether a task wants to end its process; the class may be that of another copy of this package. */
export function isProcessExit(error: unknown): error is ProcessExit {
  return error instanceof Error && error.name === "ProcessExit" && "exitCode" in error;
}
