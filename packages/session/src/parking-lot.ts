/**
 * Sessions that wait for their clients.
 *
 * @module
 */

import { lost } from "./errors.ts";
import { LONGEST_TIMER_MS, type Parking } from "./limits.ts";
import type { ServedSession } from "./served-session.ts";

/** A session that waits. */
interface Parked {
  readonly since: number;
  bytes: number;
}

/** The sessions of one listener that lost their channels, the one that waited longest first. */
export class ParkingLot {
  readonly #limits: Parking;
  readonly #parked = new Map<ServedSession, Parked>();
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Parking) {
    this.#limits = limits;
  }

  /** The number of sessions that wait. */
  get size(): number {
    return this.#parked.size;
  }

  /** Lets a session wait; those that waited longest are given up when it gets too crowded. */
  park(session: ServedSession): void {
    // Set anew, so that it stands behind those that have waited longer.
    this.#remove(session);
    this.#parked.set(session, { since: performance.now(), bytes: 0 });
    this.weigh(session);
    this.#arm();
  }

  /** Notes what a session keeps for its client, if it waits: served calls run on meanwhile. */
  weigh(session: ServedSession): void {
    const parked = this.#parked.get(session);
    if (!parked) return;
    const bytes = session.conversation.keptBytes;
    this.#bytes += bytes - parked.bytes;
    parked.bytes = bytes;
    this.#makeRoom();
  }

  /** Takes a session out: its client came back, or it is over. */
  leave(session: ServedSession): void {
    this.#remove(session);
    if (this.#parked.size === 0) this.clear();
  }

  /** Forgets all that wait. */
  clear(): void {
    this.#parked.clear();
    this.#bytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #remove(session: ServedSession): void {
    this.#bytes -= this.#parked.get(session)?.bytes ?? 0;
    this.#parked.delete(session);
  }

  #makeRoom(): void {
    const { maxSessions, maxBytes } = this.#limits;
    for (const session of this.#parked.keys()) {
      if (this.#parked.size <= maxSessions && this.#bytes <= maxBytes) return;
      this.#giveUp(session, "Too many sessions waited for their clients");
    }
  }

  #arm(): void {
    const [oldest] = this.#parked.values();
    if (this.#timer !== undefined || oldest === undefined) return;
    const leftMs = Math.max(oldest.since + this.#limits.forMs - performance.now(), 1);
    this.#timer = setTimeout(() => this.#expire(), Math.min(leftMs, LONGEST_TIMER_MS));
    // Clients that may come back are no reason for a process to go on.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const before = performance.now() - this.#limits.forMs;
    for (const [session, { since }] of this.#parked) {
      if (since > before) break;
      this.#giveUp(session, `The client did not come back in ${this.#limits.forMs} ms`);
    }
    this.#arm();
  }

  #giveUp(session: ServedSession, why: string): void {
    this.#remove(session);
    session.conversation.end(lost(undefined, why));
  }
}
