/**
 * Signs of life.
 *
 * @module
 */

import { type Heartbeat, LONGEST_TIMER_MS } from "./limits.ts";
import { graceTurn } from "./turn.ts";

/** What a pulse does to its session. */
export interface PulseOptions extends Heartbeat {
  /** Asks the far end for a sign of life. */
  ping(): void;
  /** Called once, when the far end gave none for the whole window. */
  silent(forMs: number): void;
}

/**
 * Watches that the far end lives.
 *
 * The verdict waits a turn of the event loop, and a beat that comes late because
 * this end was blocked starts the window anew: a deaf listener must not conclude
 * that nobody spoke.
 */
export class Pulse {
  readonly #options: PulseOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastHeard = performance.now();
  #nextBeat = 0;
  #stopped = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#arm(options.intervalMs);
  }

  /** Notes that a message came. */
  heard(): void {
    this.#lastHeard = performance.now();
  }

  /** Stops watching. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    const timerMs = Math.min(delayMs, LONGEST_TIMER_MS);
    this.#nextBeat = performance.now() + timerMs;
    this.#timer = setTimeout(() => this.#beat(), timerMs);
    // An idle session is no reason for a process to go on.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  #beat(): void {
    const blocked = performance.now() - this.#nextBeat > this.#options.intervalMs;
    graceTurn(() => {
      if (this.#stopped) return;
      if (blocked) this.heard();
      this.#judge(performance.now() - this.#lastHeard, blocked);
    });
  }

  #judge(silentMs: number, blocked: boolean): void {
    const { intervalMs, windowMs, ping, silent } = this.#options;
    if (silentMs >= windowMs) {
      this.stop();
      silent(Math.round(silentMs));
      return;
    }
    if (silentMs < intervalMs && !blocked) {
      this.#arm(intervalMs - silentMs);
      return;
    }
    ping();
    this.#arm(Math.min(intervalMs, windowMs - silentMs));
  }
}
