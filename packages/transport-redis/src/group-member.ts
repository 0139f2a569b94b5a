/**
 * A member of a group: a reader of the queue that is bound to a pattern.
 *
 * @module
 */

import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import { framesOf, type QueueStore } from "./queue-store.ts";
import type { Taken } from "./replies.ts";
import type { TakeRequest } from "./takers.ts";

/** How long a message belongs to a member that no longer says that it is at work on it. */
const LEASE_MS = 30_000;

/** A member asks anew for every message, and stays a member while Redis is away. */
const REQUEST: TakeRequest = { leaseMs: LEASE_MS, maxDeliveries: 0, limits: [0, 0, 0], isPatient: true };

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/**
 * Reads from a group's queue, one message at a time, so that a slow member
 * keeps nothing from the others.
 *
 * A message is done when the next one is asked for, or the subscription is
 * closed: a member that dies over a message leaves it to another.
 */
export class GroupMember implements TopicSubscription {
  readonly #store: QueueStore;
  readonly #leaveGroup: () => Promise<void>;
  readonly #ending = new AbortController();
  #inHand: Taken[] = [];
  #renewal: ReturnType<typeof setInterval> | undefined;
  #droppedBefore: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(store: QueueStore, leaveGroup: () => Promise<void>) {
    this.#store = store;
    this.#leaveGroup = leaveGroup;
  }

  get dropped(): number {
    return this.#store.takers.dropped - (this.#droppedBefore ?? this.#store.takers.dropped);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<TopicMessage, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this.#finish();
        return DONE;
      },
    };
  }

  async #next(): Promise<IteratorResult<TopicMessage, undefined>> {
    const { signal } = this.#ending;
    void this.#finish();
    while (!signal.aborted) {
      const taken = await this.#store.takers.take(REQUEST, signal).catch(() => undefined);
      if (!taken) return DONE;
      this.#droppedBefore ??= this.#store.takers.dropped;
      const message = read(taken);
      if (!message) continue;
      this.#hold(taken);
      return { value: message, done: false };
    }
    return DONE;
  }

  #hold(taken: Taken): void {
    this.#inHand.push(taken);
    this.#renewal ??= setInterval(() => this.#renew(), LEASE_MS / 3).unref();
  }

  #renew(): void {
    for (const taken of this.#inHand) this.#store.settle("extend", taken, LEASE_MS).catch(() => undefined);
  }

  /** Says that what was handed out is done. Who lost the lease by now cannot help that another does it again. */
  async #finish(): Promise<void> {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    const done = this.#inHand;
    this.#inHand = [];
    await Promise.all(done.map((taken) => this.#store.settle("ack", taken).catch(() => false)));
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await this.#finish();
    await this.#leaveGroup();
  }
}

function read(taken: Taken): TopicMessage | undefined {
  const [topic, ...frames] = framesOf(taken);
  return topic && frames.length > 0 ? { topic: new TextDecoder().decode(topic), frames } : undefined;
}
