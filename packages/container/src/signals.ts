/**
 * The signals by which a process is asked to end.
 *
 * @module
 */

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A signal that asks to end. */
export type EndSignal = (typeof SIGNALS)[number];

/**
 * Calls back on the first SIGINT or SIGTERM, and ends the process at once on the
 * second, with the status that shells give to it.
 *
 * Disposing it leaves the signals to whatever happens to them otherwise.
 */
export function watchSignals(onFirst: (signal: EndSignal) => void): Disposable {
  let isEnding = false;
  const onSignal = (signal: EndSignal): void => {
    if (isEnding) process.exit(128 + constants.signals[signal]);
    isEnding = true;
    onFirst(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
