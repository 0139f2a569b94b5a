/**
 * One queue of a memory network.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { Frames } from "./frames.ts";
import { sizeOfFrames } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import type { QueueSize } from "./queues.ts";

/** An item wherever it is: ready, leased, delayed, or gone. */
export interface Entry {
  readonly id: string;
  readonly frames: Frames;
  /** The queue that holds the item. */
  readonly queue: MemoryQueue;
  state: "ready" | "leased" | "delayed" | "gone";
  /** The times it was taken; as each lease has a number of its own, also the fence against those who lost theirs. */
  deliveries: number;
}

/** Somebody who waits for an item. */
export interface Taker {
  give(entry: Entry): void;
  fail(reason: TransportError): void;
}

/** The items of one name, in the order in which they became ready. */
export class MemoryQueue {
  readonly name: string;
  readonly #takers = new Set<Taker>();
  readonly #ready = new Inbox<Entry>();
  readonly #counts = { leased: 0, delayed: 0 };
  #bytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The bytes of all items, wherever they are. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.total === 0 && this.#takers.size === 0;
  }

  get total(): number {
    return this.#ready.length + this.#counts.leased + this.#counts.delayed;
  }

  size(dead: number): QueueSize {
    return { ready: this.#ready.length, ...this.#counts, dead };
  }

  add(id: string, frames: Frames): void {
    this.#bytes += sizeOfFrames(frames);
    this.#offer({ id, frames, queue: this, state: "ready", deliveries: 0 });
  }

  /** Takes the next ready item away from the others. */
  next(): Entry | undefined {
    const entry = this.#ready.shift();
    if (entry) this.#lease(entry);
    return entry;
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
    this.#counts.delayed += 1;
  }

  remove(entry: Entry): void {
    this.#leaveState(entry);
    entry.state = "gone";
    this.#bytes -= sizeOfFrames(entry.frames);
  }

  close(): void {
    const reason = new TransportError("CLOSED", `The memory network of queue "${this.name}" is closed`);
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
    this.#takers.delete(taker);
    this.#lease(entry);
    taker.give(entry);
  }

  #lease(entry: Entry): void {
    entry.state = "leased";
    entry.deliveries += 1;
    this.#counts.leased += 1;
  }

  #leaveState(entry: Entry): void {
    if (entry.state === "leased" || entry.state === "delayed") this.#counts[entry.state] -= 1;
  }
}
