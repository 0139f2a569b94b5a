/**
 * One timer for all the deadlines of a session.
 *
 * @module
 */

import { LONGEST_TIMER_MS } from "./limits.ts";
import { idleMs } from "./loop-time.ts";
import { atEndOfTurn, graceTurn } from "./turn.ts";

/** Something with a deadline. It is a link of its lane's list, so that taking it out costs nothing. */
export class Timed {
  /** Called when the deadline passed and the grace turn brought nothing. */
  expire(): void {}
  due = 0;
  /** How long the event loop had been idle when the deadline was set. */
  idleBeforeMs = 0;
  lane: Lane | undefined;
  before: Timed | undefined;
  after: Timed | undefined;
}

/** All deadlines of one duration: the order in which they are added is the order in which they fall due. */
interface Lane {
  readonly durationMs: number;
  first: Timed | undefined;
  last: Timed | undefined;
}

const FEW_LANES = 16;

/**
 * The deadlines of one session.
 *
 * On expiry the event loop gets one turn before the verdict, so that an answer
 * which has already arrived wins, however long the loop was blocked.
 */
export class Deadlines {
  readonly #lanes = new Map<number, Lane>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  #now = 0;
  #idleMs = 0;
  #ended = false;
  /** The number of lanes at which empty ones are looked for. */
  #crowd = FEW_LANES;
  readonly #forgetNow = (): void => {
    this.#now = 0;
  };

  /** Starts a deadline. An infinite duration starts none. */
  add(timed: Timed, durationMs: number): void {
    if (this.#ended || durationMs === Number.POSITIVE_INFINITY) return;
    if (this.#now === 0) this.#readClock();
    timed.due = this.#now + durationMs;
    timed.idleBeforeMs = this.#idleMs;
    const lane = this.#lanes.get(durationMs) ?? this.#openLane(durationMs);
    timed.lane = lane;
    timed.before = lane.last;
    if (lane.last) lane.last.after = timed;
    else lane.first = timed;
    lane.last = timed;
    if (timed.due < this.#timerDue) this.#arm(timed.due);
  }

  /** Ends a deadline. Does nothing when there is none. */
  remove(timed: Timed): void {
    const { lane, before, after } = timed;
    if (!lane) return;
    timed.lane = undefined;
    timed.before = undefined;
    timed.after = undefined;
    if (before) before.after = after;
    else lane.first = after;
    if (after) after.before = before;
    else lane.last = before;
  }

  /** Ends all deadlines and the timer for good: what is added later never falls due. */
  clear(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
    this.#lanes.clear();
  }

  /** Reads the clocks once a turn: within one, differences mean nothing. */
  #readClock(): void {
    this.#now = performance.now();
    this.#idleMs = idleMs();
    atEndOfTurn(this.#forgetNow);
  }

  #openLane(durationMs: number): Lane {
    if (this.#lanes.size >= this.#crowd) this.#closeEmptyLanes();
    const lane: Lane = { durationMs, first: undefined, last: undefined };
    this.#lanes.set(durationMs, lane);
    return lane;
  }

  /** Waits for twice as many before the next look, so that a far end with a new duration for every call costs no more. */
  #closeEmptyLanes(): void {
    for (const [duration, lane] of this.#lanes) if (!lane.first) this.#lanes.delete(duration);
    this.#crowd = Math.max(FEW_LANES, this.#lanes.size * 2);
  }

  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#timerDue = due;
    const delayMs = Math.min(Math.max(Math.ceil(due - performance.now()), 1), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#ring(), delayMs);
  }

  #ring(): void {
    const now = performance.now();
    graceTurn(() => this.#expireUntil(now));
  }

  #expireUntil(now: number): void {
    if (this.#timerDue === Number.POSITIVE_INFINITY) return;
    this.#timerDue = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      for (let timed = lane.first; timed && timed.due <= now; timed = lane.first) {
        this.remove(timed);
        timed.expire();
      }
    }
    this.#armNext();
  }

  #armNext(): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) earliest = Math.min(earliest, lane.first?.due ?? earliest);
    if (earliest < this.#timerDue) this.#arm(earliest);
  }
}
