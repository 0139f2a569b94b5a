/**
 * When a process is tried again, and how long after.
 *
 * @module
 */

/** An error class. */
export type ErrorType = new (...args: never[]) => Error;

/** What a failed attempt says to those who decide on the next one. */
export interface FailedAttempt {
  readonly error: unknown;
  /** Its number, from 1. */
  readonly attempt: number;
}

/** When a process is tried again. From ZProc's `retry_for`, `retry_delay`, `max_retries`, `retry_args`. */
export interface RetryOptions<Props> {
  /**
   * What it is tried again after: error classes (by their `name`, as the error comes from another process), signals, or functions that say so.
   * A signal named here becomes a `SignalError` in the process. Default: everything but stopping it and `ProcessExit`.
   */
  readonly on?: readonly (ErrorType | NodeJS.Signals | ((error: unknown) => boolean))[] | undefined;
  /** The most attempts after the first: it runs `max` + 1 times. Default 3. `Infinity` for without end. */
  readonly max?: number | undefined;
  /** The wait before the second attempt. Default 100 ms. */
  readonly delayMs?: number | undefined;
  /** What the wait is multiplied by each time. Default 2. */
  readonly factor?: number | undefined;
  /** The longest wait. Default 30,000 ms. */
  readonly maxDelayMs?: number | undefined;
  /** The part of a wait that is random, from 0 to 1, so that not all come back at once. Default 0.2. */
  readonly jitter?: number | undefined;
  /** Makes the props of the next attempt. Default: they stay. */
  nextProps?(props: Props, failed: FailedAttempt): Props;
}

/** Options with nothing left open. */
export interface RetrySettings<Props> {
  readonly on: RetryOptions<Props>["on"];
  readonly max: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  nextProps(props: Props, failed: FailedAttempt): Props;
}

const SIGNAL_NAME = /^SIG[A-Z0-9]+$/;

/** Fills in the defaults; without options it is never tried again. Throws a `TypeError` that names the option which makes no sense. */
export function completeRetry<Props>(options: RetryOptions<Props> | undefined): RetrySettings<Props> {
  const { on, max = 3, delayMs = 100, factor = 2, maxDelayMs = 30_000, jitter = 0.2 } = options ?? {};
  if (!(max >= 0)) throw new TypeError(`retry.max is ${max}; expected 0 or more`);
  if (!(delayMs >= 0)) throw new TypeError(`retry.delayMs is ${delayMs}; expected 0 or more`);
  if (!(factor >= 1)) throw new TypeError(`retry.factor is ${factor}; expected 1 or more`);
  if (!(maxDelayMs >= 0)) throw new TypeError(`retry.maxDelayMs is ${maxDelayMs}; expected 0 or more`);
  if (!(jitter >= 0 && jitter <= 1)) throw new TypeError(`retry.jitter is ${jitter}; expected 0 to 1`);
  const unknown = on?.find((cause) => typeof cause !== "function" && !SIGNAL_NAME.test(cause));
  if (unknown !== undefined) throw new TypeError(`retry.on has ${String(unknown)}; expected error classes and signals`);
  return {
    on,
    max: options ? max : 0,
    delayMs,
    factor,
    maxDelayMs,
    jitter,
    nextProps: (props, failed) => options?.nextProps?.(props, failed) ?? props,
  };
}

/** Lists the signals that are to be errors in the process. */
export function signalsOf(on: RetryOptions<unknown>["on"]): NodeJS.Signals[] {
  // Nobody can catch those two.
  const names = on?.filter((cause) => typeof cause === "string") ?? [];
  return names.filter((name) => name !== "SIGKILL" && name !== "SIGSTOP");
}

/** Says whether an error is one to try again after. */
export function isRetried(on: RetryOptions<unknown>["on"], error: unknown): boolean {
  return on === undefined || on.some((cause) => matches(cause, error));
}

/** Says how long to wait after an attempt. */
export function delayAfter(attempt: number, settings: RetrySettings<unknown>, random: () => number): number {
  const { delayMs, factor, maxDelayMs, jitter } = settings;
  const whole = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
  return whole * (1 - jitter * random());
}

function matches(cause: ErrorType | string | ((error: unknown) => boolean), error: unknown): boolean {
  if (typeof cause === "string") return error instanceof Error && "signal" in error && error.signal === cause;
  if (isErrorType(cause)) return isNamed(cause, error);
  return cause(error) === true;
}

function isErrorType(cause: ErrorType | ((error: unknown) => boolean)): cause is ErrorType {
  return cause === Error || cause.prototype instanceof Error;
}

/** An error of another process is of a class by its name: its class may not be known here. `Error` stands for all. */
function isNamed(type: ErrorType, error: unknown): boolean {
  return error instanceof type || (error instanceof Error && error.name === type.name);
}
