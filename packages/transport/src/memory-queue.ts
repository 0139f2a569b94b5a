/**
 * One queue of a memory network.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { sizeOfFrames } from "./frames.ts";
import { ReadyItems } from "./memory-ready-items.ts";
import type { QueueSize } from "./queues.ts";

/** An item wherever it is: ready, leased, delayed, or gone. */
export interface Entry {
  readonly id: string;
  readonly frames: Frames;
  readonly priority: number;
  /** What keeps others of its kind out. */
  readonly dedupKey: string | undefined;
  /** The queue that holds the item. */
  readonly queue: MemoryQueue;
  state: "ready" | "leased" | "delayed" | "gone";
  /** The times it was taken; as each lease has a number of its own, also the fence against those who lost theirs. */
  deliveries: number;
}

/** What distinguishes an item that is put. */
export type NewEntry = Pick<Entry, "id" | "frames"> & Partial<Pick<Entry, "priority" | "dedupKey">>;

/** Somebody who waits for an item. */
export interface Taker {
  /** How often an item may be given; the others are buried. */
  readonly maxDeliveries: number;
  give(entry: Entry): void;
  fail(reason: TransportError): void;
}

/** The items of one name, in the order in which they became ready. */
export class MemoryQueue {
  readonly name: string;
  readonly #takers = new Set<Taker>();
  readonly #ready = new ReadyItems<Entry>();
  readonly #delayed = new Set<Entry>();
  readonly #keys = new Map<string, Entry>();
  readonly #bury: (entry: Entry) => void;
  #leased = 0;
  #bytes = 0;

  /** `bury` moves an item that was given too often to the dead letters. */
  constructor(name: string, bury: (entry: Entry) => void) {
    this.name = name;
    this.#bury = bury;
  }

  /** The bytes of all items, wherever they are. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.total === 0 && this.#takers.size === 0;
  }

  get total(): number {
    return this.#ready.length + this.#leased + this.#delayed.size;
  }

  size(dead: number): QueueSize {
    return { ready: this.#ready.length, delayed: this.#delayed.size, leased: this.#leased, dead };
  }

  /** Finds the item that keeps others of its kind out. */
  find(dedupKey: string | undefined): Entry | undefined {
    return dedupKey === undefined ? undefined : this.#keys.get(dedupKey);
  }

  /** Adds an item, ready or, with a delay, until `comeBack`. */
  add(item: NewEntry, isDelayed = false): Entry {
    const entry: Entry = { priority: 0, dedupKey: undefined, ...item, queue: this, state: "gone", deliveries: 0 };
    this.#bytes += sizeOfFrames(entry.frames);
    if (entry.dedupKey !== undefined) this.#keys.set(entry.dedupKey, entry);
    if (isDelayed) this.delay(entry);
    else this.comeBack(entry);
    return entry;
  }

  /** Takes the next ready item away from the others. */
  next(maxDeliveries: number): Entry | undefined {
    for (let entry = this.#ready.shift(); entry; entry = this.#ready.shift()) {
      if (this.#leaseTo(entry, maxDeliveries)) return entry;
    }
    return undefined;
  }

  /** The items that are ready, the next one first. */
  get ready(): Iterable<Entry> {
    return this.#ready;
  }

  /** The items that nobody has leased. */
  get unleased(): readonly Entry[] {
    return [...this.#ready, ...this.#delayed];
  }

  wait(taker: Taker): void {
    this.#takers.add(taker);
  }

  leave(taker: Taker): void {
    this.#takers.delete(taker);
  }

  /** Puts an item that was leased or delayed behind those that are ready. */
  comeBack(entry: Entry): void {
    this.#leaveState(entry);
    entry.state = "ready";
    this.#offer(entry);
  }

  delay(entry: Entry): void {
    this.#leaveState(entry);
    entry.state = "delayed";
    this.#delayed.add(entry);
  }

  remove(entry: Entry): void {
    this.#leaveState(entry);
    entry.state = "gone";
    if (entry.dedupKey !== undefined) this.#keys.delete(entry.dedupKey);
    this.#bytes -= sizeOfFrames(entry.frames);
  }

  close(): void {
    const reason = new TransportError("CLOSED", `The queue "${this.name}" is closed`);
    for (const taker of this.#takers) taker.fail(reason);
    this.#takers.clear();
    this.#ready.clear();
  }

  #offer(entry: Entry): void {
    const [taker] = this.#takers;
    if (!taker) {
      this.#ready.push(entry);
      return;
    }
    if (!this.#leaseTo(entry, taker.maxDeliveries)) return;
    this.#takers.delete(taker);
    taker.give(entry);
  }

  /** Leases an item, or buries it when it was given too often. */
  #leaseTo(entry: Entry, maxDeliveries: number): boolean {
    entry.state = "leased";
    this.#leased += 1;
    if (entry.deliveries >= maxDeliveries) {
      this.#bury(entry);
      return false;
    }
    entry.deliveries += 1;
    return true;
  }

  #leaveState(entry: Entry): void {
    if (entry.state === "leased") this.#leased -= 1;
    else if (entry.state === "delayed") this.#delayed.delete(entry);
    else if (entry.state === "ready") this.#ready.remove(entry);
  }
}
