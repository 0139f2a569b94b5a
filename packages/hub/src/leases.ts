/**
 * The items that a hub has handed out.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { QueueItem } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";

interface Lease {
  readonly queue: string;
  readonly item: QueueItem;
  /** When the lease is over, as far as this hub knows. */
  endsAt: number;
}

/** The number of leases from which those that are over are looked for. */
const SWEEP_FROM = 1_024;

/**
 * Finds an item by the token that its taker was given; a token of a hub that is
 * gone is known to no other, nor is one of another queue: who may settle the
 * items of one queue may not thereby settle those of all.
 */
export class Leases {
  readonly #life: string = randomUUID();
  readonly #leases = new Map<string, Lease>();
  #lastToken = 0;
  #sweepAt = SWEEP_FROM;

  /** Keeps an item and returns its token. */
  add(queue: string, item: QueueItem, leaseMs: number): string {
    if (this.#leases.size >= this.#sweepAt) this.#sweep();
    this.#lastToken += 1;
    const token = `${this.#life}-${this.#lastToken}`;
    this.#leases.set(token, { queue, item, endsAt: performance.now() + leaseMs });
    return token;
  }

  /** Finds an item and keeps it for longer. Throws `LEASE_LOST`. */
  prolong(queue: string, token: string, leaseMs: number): QueueItem {
    const lease = this.#find(queue, token);
    lease.endsAt = performance.now() + leaseMs;
    return lease.item;
  }

  /** Finds an item for the last time. Throws `LEASE_LOST`. */
  release(queue: string, token: string): QueueItem {
    const { item } = this.#find(queue, token);
    this.#leases.delete(token);
    return item;
  }

  #find(queue: string, token: string): Lease {
    const lease = this.#leases.get(token);
    if (lease?.queue === queue) return lease;
    throw new TransportError("LEASE_LOST", "The item is no longer leased, or was by a hub that has restarted since");
  }

  #sweep(): void {
    const now = performance.now();
    for (const [token, { endsAt }] of this.#leases) if (endsAt < now) this.#leases.delete(token);
    this.#sweepAt = Math.max(SWEEP_FROM, this.#leases.size * 2);
  }
}
