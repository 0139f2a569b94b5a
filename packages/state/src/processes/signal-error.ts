/**
 * Signals of the operating system as errors.
 *
 * @module
 */

import process from "node:process";

/** A signal that the process got, as an error. From ZProc's `SignalException`. */
export class SignalError extends Error {
  override readonly name = "SignalError";
  readonly signal: string;

  constructor(signal: string) {
    super(`The process got ${signal}`);
    this.signal = signal;
  }
}

/** Signals that are caught; disposing it leaves them to whoever had them before. */
export interface CaughtSignals extends Disposable {
  /** Aborts with a `SignalError` when one of the signals comes. */
  readonly signal: AbortSignal;
}

/**
 * Catches signals: instead of ending the process they abort `signal`. From ZProc's `signal_to_exception`.
 *
 * Listeners that are there already are called as before, and disposing the result takes away only its own.
 *
 * @example
 * ```ts
 * using caught = raiseOnSignal("SIGINT");
 * await state.nextChange({ signal: caught.signal });
 * ```
 */
export function raiseOnSignal(...names: readonly NodeJS.Signals[]): CaughtSignals {
  const controller = new AbortController();
  const raise = (name: NodeJS.Signals): void => controller.abort(new SignalError(name));
  for (const name of names) process.on(name, raise);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, raise);
    },
  };
}
