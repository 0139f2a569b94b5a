/**
 * How emissions wait for a slot that does not keep up.
 *
 * @module
 */

/**
 * What happens to a full queue.
 *
 * - `dropOldest`: the oldest emission goes.
 * - `latest`: all that waits goes, and the new emission alone stays.
 * - `error`: the slot is disconnected, and `onError` is told.
 */
export type QueuePolicy = "dropOldest" | "latest" | "error";

/** How emissions wait for one slot. */
export interface QueueOptions {
  /** The most emissions that wait at each end; at most 10,000. */
  readonly limit: number;
  /** Default: `dropOldest`. */
  readonly onFull?: QueuePolicy | undefined;
}

/** Emissions that a slot did not get. */
export interface Gap {
  /** `reset`: the server had forgotten this client. `full`: the queue was. `age`: they waited too long. `slow`: this client did not read them. */
  readonly why: "reset" | "full" | "age" | "slow";
  /** How many; `undefined` when nobody knows. */
  readonly lost: number | undefined;
}

/** Complete queue options, as they cross: `[limit, policy, maxAgeMs]`. */
export interface QueueSettings {
  readonly limit: number;
  readonly onFull: QueuePolicy;
  /** 0 for no limit. */
  readonly maxAgeMs: number;
}

/** An emission that waits. */
export interface Waiting {
  readonly args: readonly unknown[];
  /** When it was emitted, by this end's clock, in ms. */
  readonly at: number;
}

const POLICIES: readonly unknown[] = ["dropOldest", "latest", "error"];
const MAX_LIMIT = 10_000;
const DEFAULT_LIMIT = 1_000;

/** Completes queue options. Throws a `TypeError` that names what makes no sense; nothing when there is no queue. */
export function completeQueue(
  queue: QueueOptions | undefined,
  maxAgeMs: number | undefined,
): QueueSettings | undefined {
  if (queue === undefined && maxAgeMs === undefined) return undefined;
  const { limit = DEFAULT_LIMIT, onFull = "dropOldest" } = queue ?? {};
  if (!isLimit(limit)) throw new TypeError(`queue.limit is ${limit}; expected an integer from 1 to ${MAX_LIMIT}`);
  if (!isPolicy(onFull)) throw new TypeError(`queue.onFull is "${onFull}"; expected dropOldest, latest or error`);
  if (maxAgeMs !== undefined && !isAge(maxAgeMs)) throw new TypeError(`maxAgeMs is ${maxAgeMs}; expected more than 0`);
  return { limit, onFull, maxAgeMs: maxAgeMs === undefined || maxAgeMs === Infinity ? 0 : maxAgeMs };
}

/** Reads queue options that crossed; nothing for none, or for what makes no sense. */
export function readQueue(wire: unknown): QueueSettings | undefined {
  const [limit, onFull, maxAgeMs]: unknown[] = Array.isArray(wire) ? wire : [];
  if (!isLimit(limit) || !isPolicy(onFull)) return undefined;
  return { limit, onFull, maxAgeMs: isAge(maxAgeMs) ? maxAgeMs : 0 };
}

/** Emissions that wait, within a limit and an age. What must go is counted for whoever is told. */
export class WaitingLine {
  readonly #settings: QueueSettings;
  readonly #waiting: Waiting[] = [];
  readonly #dropped: (count: number, why: "full" | "age") => void;

  constructor(settings: QueueSettings, dropped: (count: number, why: "full" | "age") => void) {
    this.#settings = settings;
    this.#dropped = dropped;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Takes an emission. Returns false when the line is full and that is an error. */
  push(args: readonly unknown[], at: number): boolean {
    const { limit, onFull } = this.#settings;
    const isFull = this.#waiting.length >= limit;
    if (isFull && onFull === "error") return false;
    if (isFull) this.#drop(onFull === "latest" ? this.#waiting.length : 1, "full");
    this.#waiting.push({ args, at });
    return true;
  }

  /** Takes the next emission that is not too old. */
  shift(): Waiting | undefined {
    const { maxAgeMs } = this.#settings;
    const oldest = performance.now() - maxAgeMs;
    let tooOld = 0;
    while (maxAgeMs > 0 && (this.#waiting[tooOld]?.at ?? oldest) < oldest) tooOld += 1;
    if (tooOld > 0) this.#drop(tooOld, "age");
    return this.#waiting.shift();
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  #drop(count: number, why: "full" | "age"): void {
    this.#waiting.splice(0, count);
    this.#dropped(count, why);
  }
}

function isLimit(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= MAX_LIMIT;
}

function isPolicy(value: unknown): value is QueuePolicy {
  return POLICIES.includes(value);
}

function isAge(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
