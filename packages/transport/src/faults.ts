/**
 * What can go wrong on a memory network, on purpose.
 *
 * @module
 */

import { createRandom } from "./random.ts";
import type { Channel } from "./transport.ts";

/** The faults of a memory network: probabilities are from 0 (never, the default) to 1 (always). */
export interface FaultOptions {
  /** The start of the random numbers: the same seed gives the same faults for the same messages. Default 1. */
  readonly seed?: number | undefined;
  /** The least and the most time each message takes. Without `reordering` messages still keep their order. */
  readonly delayMs?: readonly [min: number, max: number] | undefined;
  /** The probability that a message vanishes. */
  readonly loss?: number | undefined;
  /** The probability that a message arrives twice. */
  readonly duplication?: number | undefined;
  /** The probability that a message is overtaken by the next one. */
  readonly reordering?: number | undefined;
  /** The probability that `connect` is refused although somebody listens. */
  readonly refusal?: number | undefined;
}

/**
 * The handle that breaks a memory network's channels.
 *
 * Topics and queues are not affected.
 */
export interface Faults {
  /** Replaces the faults, also on open channels. A seed, if given, starts the random numbers of new channels. */
  set(options: FaultOptions): void;
  /** Ends every fault: messages pass again, also on half-open channels. What was lost stays lost. */
  heal(): void;
  /** Ends the given channel, or every open one, at both ends with `LOST`; what was under way is lost. */
  cut(channel?: Channel): void;
  /** Swallows, silently and at both ends, all that is sent on the given channel, or on those open now, goodbyes included. */
  halfOpen(channel?: Channel): void;
}

/** What becomes of one message. */
export interface Fate {
  readonly copies: 0 | 1 | 2;
  readonly delayMs: number;
  readonly isOvertaken: boolean;
}

/** Decides for one direction of one channel; `undefined` while there are no faults. */
export type Fates = () => Fate | undefined;

/** The source of all random decisions of one network. */
export class FaultDice {
  #options: FaultOptions = {};
  #isFaulty = false;
  #seed = 1;
  #lanes = 0;
  #rollRefusal: () => number = createRandom(0);

  constructor(options: FaultOptions = {}) {
    this.set(options);
  }

  set(options: FaultOptions): void {
    checkFaults(options);
    this.#options = options;
    const { loss, duplication, reordering, delayMs } = options;
    this.#isFaulty = Boolean(loss || duplication || reordering || delayMs);
    if (options.seed === undefined) return;
    this.#seed = options.seed;
    this.#lanes = 0;
    this.#rollRefusal = createRandom(this.#seed);
  }

  /** Decides whether the next `connect` is refused. */
  refuses(): boolean {
    const { refusal = 0 } = this.#options;
    return refusal > 0 && this.#rollRefusal() < refusal;
  }

  /**
   * Creates the decisions of one direction.
   *
   * Each direction has random numbers of its own and every message uses the
   * same count of them, so what befalls a message depends on its place in its
   * direction only, never on the timing of others.
   */
  createFates(): Fates {
    this.#lanes += 1;
    const roll = createRandom(this.#seed + Math.imul(this.#lanes, 0x9e3779b1));
    return () => {
      if (!this.#isFaulty) return undefined;
      const { loss = 0, duplication = 0, reordering = 0, delayMs: [min, max] = [0, 0] } = this.#options;
      const isLost = roll() < loss;
      const isDuplicated = roll() < duplication;
      const isOvertaken = roll() < reordering;
      const delayMs = min + roll() * (max - min);
      if (isLost) return { copies: 0, delayMs, isOvertaken };
      return { copies: isDuplicated ? 2 : 1, delayMs, isOvertaken };
    };
  }
}

function checkFaults(options: FaultOptions): void {
  const { delayMs: [min, max] = [0, 0] } = options;
  if (!(min >= 0 && min <= max)) throw new TypeError(`faults.delayMs is [min, max] with 0 <= min <= max`);
  for (const name of ["loss", "duplication", "reordering", "refusal"] as const) {
    const probability = options[name] ?? 0;
    if (!(probability >= 0 && probability <= 1)) throw new TypeError(`faults.${name} is a probability from 0 to 1`);
  }
}
