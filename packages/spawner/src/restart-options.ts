/**
 * Whether and how a worker is started again.
 *
 * @module
 */

import { checkTime } from "./check-time.ts";
import type { Exit } from "./exit.ts";

/** Which ends of a worker are followed by a new start: all, those that are failures, none. The names are Erlang's. */
export type RestartPolicy = "permanent" | "transient" | "temporary";

/** A new start. */
export interface Restart {
  /** How the worker ended before. */
  readonly exit: Exit;
  /** How many times it was started anew, this one included. */
  readonly restarts: number;
  /** After which time it is started, in ms. */
  readonly delayMs: number;
}

/** Whether and how a worker is started again. */
export interface RestartOptions {
  /** Default `permanent`. */
  readonly policy?: RestartPolicy | undefined;
  /** The wait before a new start; it doubles with each of those in the period. Default 100 ms. */
  readonly minDelayMs?: number | undefined;
  /** The longest wait. Default 5,000 ms. */
  readonly maxDelayMs?: number | undefined;
  /** The most new starts in the period; after that the worker has ended for good. Default 5. */
  readonly maxRestarts?: number | undefined;
  /** The period. Default 60,000 ms. */
  readonly withinMs?: number | undefined;
  /** Called before each new start. What it throws goes nowhere. */
  readonly onRestart?: ((restart: Restart) => void) | undefined;
}

/** Options with nothing left open. */
export interface RestartSettings {
  readonly policy: RestartPolicy;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRestarts: number;
  readonly withinMs: number;
  readonly onRestart: (restart: Restart) => void;
}

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the option which makes no sense. */
export function completeRestart(options: RestartOptions): RestartSettings {
  const { policy = "permanent", minDelayMs = 100, maxDelayMs = 5_000, maxRestarts = 5, withinMs = 60_000 } = options;
  if (!["permanent", "transient", "temporary"].includes(policy)) {
    throw new TypeError(`restart.policy is ${String(policy)}; expected "permanent", "transient" or "temporary"`);
  }
  checkTime("restart.minDelayMs", minDelayMs);
  checkTime("restart.maxDelayMs", maxDelayMs);
  checkTime("restart.withinMs", withinMs);
  if (!(Number.isInteger(maxRestarts) && maxRestarts >= 0)) {
    throw new TypeError(`restart.maxRestarts is ${String(maxRestarts)}; expected an integer from 0`);
  }
  const onRestart = (restart: Restart): void => {
    try {
      options.onRestart?.(restart);
    } catch {
      // It is only told; the worker is started whatever it thinks of that.
    }
  };
  return { policy, minDelayMs, maxDelayMs, maxRestarts, withinMs, onRestart };
}

/** Says whether a worker that ended so is started again. */
export function needsRestart({ policy }: RestartSettings, { code }: Exit): boolean {
  return policy === "permanent" || (policy === "transient" && code !== 0);
}
