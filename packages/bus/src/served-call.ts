/**
 * A call that is being served.
 *
 * @module
 */

import type { CallContext } from "@fourwire/session";
import { Ending } from "./ending.ts";
import { BusError } from "./errors.ts";
import type { CallMessage } from "./rpc-message.ts";
import { startTimer, type Timer } from "./wait.ts";

/** The time after which a caller who asked for it is told that a function still runs. */
const WORKING_MS = 50;

/** A call that is being served, and how long that matters to anybody. */
export class ServedCall {
  readonly message: CallMessage;
  /** Ends when the caller gave up, when the call's time is up, and when the bus closes. */
  readonly life: Ending = new Ending();
  readonly context: CallContext;
  readonly #startedAt: number = performance.now();
  readonly #deadline: Timer;
  readonly #working: Timer;

  /** `tellWorking` is called when the function has run for a while. */
  constructor(message: CallMessage, tellWorking: (() => void) | undefined) {
    const { caller, name, metadata, timeoutMs } = message;
    const { life } = this;
    this.message = message;
    this.context = {
      peer: { sessionId: caller, address: name, principal: undefined },
      metadata,
      timeoutMs,
      // Made when it is asked for: most functions never do.
      get signal() {
        return life.signal;
      },
    };
    this.#deadline = startTimer(timeoutMs, () => life.end(new BusError("TIMEOUT", "The time of the call is up")));
    this.#working = tellWorking ? startTimer(WORKING_MS, tellWorking) : { stop: () => undefined };
  }

  /** How long it has been here, in ms. */
  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Stops its timers. */
  readonly stop = (): void => {
    this.#deadline.stop();
    this.#working.stop();
  };
}
