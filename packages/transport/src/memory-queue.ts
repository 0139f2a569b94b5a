/**
 * One queue of a memory network.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { weighFrames } from "./frames.ts";
import { KeyLines } from "./memory-key-lines.ts";
import { ReadyItems } from "./memory-ready-items.ts";
import { type TakeLimits, TakeTimes } from "./memory-take-limits.ts";
import type { JournaledItem } from "./queue-journal.ts";
import type { QueueSize, TakeOptions } from "./queues.ts";

/** An item wherever it is: ready, leased, delayed, waiting for one of its key, or gone. */
export interface Entry {
  readonly id: string;
  readonly frames: Frames;
  readonly priority: number;
  /** What keeps others of its kind out. */
  readonly dedupKey: string | undefined;
  /** What it waits for others of. */
  readonly key: string | undefined;
  /** Its place among the items of its key. */
  readonly turn: number | undefined;
  /** The queue that holds the item. */
  readonly queue: MemoryQueue;
  state: "ready" | "leased" | "delayed" | "waiting" | "gone";
  /** Whether its delay is not over. */
  isDelayed: boolean;
  /** The times it was taken; as each lease has a number of its own, also the fence against those who lost theirs. */
  deliveries: number;
}

/** What distinguishes an item that is put. */
export type NewEntry = Pick<Entry, "id" | "frames"> & Partial<Pick<Entry, "priority" | "dedupKey" | "key" | "turn">>;

/** What somebody wants of an item. */
export interface TakeWish extends TakeLimits {
  /** How often an item may be given; the others are buried. */
  readonly maxDeliveries: number;
}

/** Somebody who waits for an item. */
export interface Taker extends TakeWish {
  give(entry: Entry): void;
  fail(reason: TransportError): void;
}

/** What a queue tells. */
export interface MemoryQueueMeans {
  /** Moves an item that was given too often to the dead letters. */
  bury(entry: Entry): void;
  /** Tells that somebody can take an item in so many ms, as far as the rate is concerned: `serve` then. */
  wait(queue: MemoryQueue, ms: number): void;
}

/** The items of one name, in the order in which they became ready. */
export class MemoryQueue {
  readonly name: string;
  readonly #takers = new Set<Taker>();
  readonly #ready = new ReadyItems<Entry>();
  readonly #delayed = new Set<Entry>();
  readonly #keys = new Map<string, Entry>();
  readonly #lines = new KeyLines<Entry>();
  readonly #times = new TakeTimes();
  readonly #means: MemoryQueueMeans;
  #isServing = false;
  #leased = 0;
  #bytes = 0;

  constructor(name: string, means: MemoryQueueMeans) {
    this.name = name;
    this.#means = means;
  }

  /** The bytes of all items, wherever they are, and what they take up beside their content. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.total === 0 && this.#takers.size === 0;
  }

  get total(): number {
    return this.#ready.length + this.#leased + this.#delayed.size + this.#lines.length;
  }

  size(dead: number): QueueSize {
    return { ready: this.#ready.length, delayed: this.#delayed.size + this.#lines.length, leased: this.#leased, dead };
  }

  /** Finds the item that keeps others of its kind out. */
  find(dedupKey: string | undefined): Entry | undefined {
    return dedupKey === undefined ? undefined : this.#keys.get(dedupKey);
  }

  /** Adds an item, ready or, with a delay, until `comeBack`; behind those of its key it waits for its turn. */
  add(item: NewEntry, isDelayed = false): Entry {
    const defaults = { priority: 0, dedupKey: undefined, key: undefined, turn: undefined };
    const entry: Entry = { ...defaults, ...item, queue: this, state: "gone", isDelayed, deliveries: 0 };
    this.#bytes += weigh(entry);
    if (entry.dedupKey !== undefined) this.#keys.set(entry.dedupKey, entry);
    if (this.#lines.enter(entry)) this.#begin(entry);
    else entry.state = "waiting";
    return entry;
  }

  /** Takes the next ready item away from the others, if the limits allow it. */
  next(wish: TakeWish): Entry | undefined {
    while (this.#ready.length > 0 && !this.#isBlocked(wish)) {
      const entry = this.#ready.shift();
      if (entry && this.#leaseTo(entry, wish)) return entry;
    }
    return undefined;
  }

  /** Gives those who wait what they may take by now. */
  serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    for (const taker of this.#takers) {
      if (this.#ready.length === 0) break;
      const entry = this.next(taker);
      if (!entry) continue;
      this.#takers.delete(taker);
      taker.give(entry);
    }
    this.#isServing = false;
  }

  /** The items that are ready, the next one first. */
  get ready(): Iterable<Entry> {
    return this.#ready;
  }

  /** The items that nobody has leased. */
  get unleased(): readonly Entry[] {
    // Those that wait first: removed in this order, none of them gets its turn in between.
    return [...this.#lines, ...this.#ready, ...this.#delayed];
  }

  wait(taker: Taker): void {
    this.#takers.add(taker);
  }

  leave(taker: Taker): void {
    this.#takers.delete(taker);
  }

  /** Puts an item that was leased or delayed behind those that are ready. */
  comeBack(entry: Entry): void {
    entry.isDelayed = false;
    if (entry.state === "waiting") return;
    this.#leaveState(entry);
    this.#offer(entry);
    this.#serveOn();
  }

  delay(entry: Entry): void {
    entry.isDelayed = true;
    this.#leaveState(entry);
    entry.state = "delayed";
    this.#delayed.add(entry);
    this.#serveOn();
  }

  remove(entry: Entry): void {
    this.#leaveState(entry);
    entry.state = "gone";
    if (entry.dedupKey !== undefined) this.#keys.delete(entry.dedupKey);
    this.#bytes -= weigh(entry);
    const next = this.#lines.leave(entry);
    if (next) this.#begin(next);
    this.#serveOn();
  }

  close(): void {
    const reason = new TransportError("CLOSED", `The queue "${this.name}" is closed`);
    for (const taker of this.#takers) taker.fail(reason);
    this.#takers.clear();
    this.#ready.clear();
  }

  /** Lets an item whose turn it is be taken, once its delay is over. */
  #begin(entry: Entry): void {
    if (!entry.isDelayed) {
      this.#offer(entry);
      return;
    }
    entry.state = "delayed";
    this.#delayed.add(entry);
  }

  #offer(entry: Entry): void {
    entry.state = "ready";
    this.#ready.push(entry);
    if (this.#takers.size > 0) this.serve();
  }

  /** Serves those whom a limit kept waiting. */
  #serveOn(): void {
    if (this.#takers.size > 0 && this.#ready.length > 0) this.serve();
  }

  #isBlocked(wish: TakeWish): boolean {
    if (this.#leased >= (wish.concurrency ?? Number.POSITIVE_INFINITY)) return true;
    const waitMs = this.#times.waitMs(wish);
    if (waitMs > 0) this.#means.wait(this, waitMs);
    return waitMs > 0;
  }

  /** Leases an item, or buries it when it was given too often. */
  #leaseTo(entry: Entry, wish: TakeWish): boolean {
    entry.state = "leased";
    this.#leased += 1;
    if (entry.deliveries >= wish.maxDeliveries) {
      this.#means.bury(entry);
      return false;
    }
    entry.deliveries += 1;
    this.#times.note(wish);
    return true;
  }

  #leaveState(entry: Entry): void {
    if (entry.state === "leased") this.#leased -= 1;
    else if (entry.state === "delayed") this.#delayed.delete(entry);
    else if (entry.state === "ready") this.#ready.remove(entry);
  }
}

/** Counts what an item takes up, beside its content, too: a queue of empty ones is bounded as well. */
export function weigh({ frames, dedupKey = "", key = "" }: Pick<Entry, "frames" | "dedupKey" | "key">): number {
  return weighFrames(frames) + 2 * (dedupKey.length + key.length);
}

/** Fills in what a taker does not say. */
export function wishOf({ maxDeliveries = Number.POSITIVE_INFINITY, concurrency, rateLimit }: TakeOptions): TakeWish {
  return { maxDeliveries, concurrency, rateLimit };
}

/** Describes an item as it is when it moves to another queue: as if it were new. */
export function asNew({ id, frames }: Entry, queue: string): JournaledItem {
  return { id, frames, queue, priority: 0, dedupKey: undefined, deliveries: 0, delayMs: 0 };
}
