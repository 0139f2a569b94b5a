/**
 * One direction of a memory channel.
 *
 * @module
 */

import { Deadlines } from "./deadlines.ts";
import type { Fate, Fates } from "./faults.ts";
import type { Frames } from "./frames.ts";
import { copyFrames } from "./frames.ts";

/** The time after which a message that none has overtaken arrives all the same. */
const OVERTAKE_MS = 20;

/** A message under way: an object, because the same message may be under way twice. */
interface Flight {
  readonly frames: Frames;
}

/** Carries messages to the far end: at once, unless faults say otherwise. */
export class Lane {
  readonly #deliver: (frames: Frames) => void;
  readonly #fates: Fates;
  readonly #flights: Deadlines<Flight>;
  readonly #waitingForIdle: (() => void)[] = [];
  #lastDueAt = 0;
  #held: Flight | undefined;
  #holding: ReturnType<typeof setTimeout> | undefined;
  #isHalfOpen = false;

  constructor(deliver: (frames: Frames) => void, fates: Fates) {
    this.#deliver = deliver;
    this.#fates = fates;
    this.#flights = new Deadlines((flight) => this.#land(flight), { keepsAlive: true });
  }

  /** Whether everything sent is swallowed. */
  get isHalfOpen(): boolean {
    return this.#isHalfOpen;
  }

  set isHalfOpen(isHalfOpen: boolean) {
    this.#isHalfOpen = isHalfOpen;
    if (isHalfOpen) this.drop();
  }

  carry(frames: Frames): void {
    if (this.#isHalfOpen) return;
    const fate = this.#fates();
    if (fate) this.#suffer(frames, fate);
    else this.#launch({ frames }, 0);
  }

  /** Waits until nothing is under way. */
  async drain(): Promise<void> {
    this.#release();
    if (this.#flights.size > 0) await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
  }

  /** Loses what is under way. */
  drop(): void {
    clearTimeout(this.#holding);
    this.#held = undefined;
    this.#flights.clear();
    this.#settleIdle();
  }

  #suffer(frames: Frames, { copies, delayMs, isOvertaken }: Fate): void {
    if (copies > 0 && isOvertaken && !this.#held) {
      this.#hold({ frames });
    } else if (copies > 0) {
      this.#launch({ frames }, delayMs);
    }
    if (copies === 2) this.#launch({ frames: copyFrames(frames) }, delayMs);
  }

  #hold(flight: Flight): void {
    this.#held = flight;
    this.#holding = setTimeout(() => this.#release(), OVERTAKE_MS);
  }

  #launch(flight: Flight, delayMs: number): void {
    if (delayMs === 0 && this.#flights.size === 0) {
      this.#deliver(flight.frames);
    } else {
      this.#lastDueAt = Math.max(this.#lastDueAt, performance.now() + delayMs);
      this.#flights.set(flight, this.#lastDueAt);
    }
    this.#release();
  }

  /** Sends the held message behind the one that has overtaken it. */
  #release(): void {
    const held = this.#held;
    if (!held) return;
    clearTimeout(this.#holding);
    this.#held = undefined;
    this.#launch(held, 0);
  }

  #land(flight: Flight): void {
    this.#deliver(flight.frames);
    if (this.#flights.size === 0) this.#settleIdle();
  }

  #settleIdle(): void {
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }
}
