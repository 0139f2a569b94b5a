/**
 * Sessions that wait for their clients.
 *
 * @module
 */

import { lost } from "./errors.ts";
import type { Parking } from "./limits.ts";
import type { ServedSession } from "./served-session.ts";

/** The sessions of one listener that lost their channels, the one that waited longest first. */
export class ParkingLot {
  readonly #limits: Parking;
  readonly #since = new Map<ServedSession, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Parking) {
    this.#limits = limits;
  }

  /** The number of sessions that wait. */
  get size(): number {
    return this.#since.size;
  }

  /** Lets a session wait; those that waited longest are given up when it gets too crowded. */
  park(session: ServedSession): void {
    // Set anew, so that it stands behind those that have waited longer.
    this.#since.delete(session);
    this.#since.set(session, performance.now());
    this.#makeRoom();
    this.#arm();
  }

  /** Takes a session out: its client came back, or it is over. */
  leave(session: ServedSession): void {
    this.#since.delete(session);
    if (this.#since.size === 0) this.clear();
  }

  /** Forgets all that wait. */
  clear(): void {
    this.#since.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #makeRoom(): void {
    const { maxSessions, maxBytes } = this.#limits;
    let bytes = 0;
    for (const session of this.#since.keys()) bytes += session.conversation.keptBytes;
    for (const session of this.#since.keys()) {
      if (this.#since.size <= maxSessions && bytes <= maxBytes) return;
      bytes -= session.conversation.keptBytes;
      this.#giveUp(session, "Too many sessions waited for their clients");
    }
  }

  #arm(): void {
    const [oldest] = this.#since.values();
    if (this.#timer !== undefined || oldest === undefined) return;
    this.#timer = setTimeout(() => this.#expire(), Math.max(oldest + this.#limits.forMs - performance.now(), 1));
    // Clients that may come back are no reason for a process to go on.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const before = performance.now() - this.#limits.forMs;
    for (const [session, since] of this.#since) {
      if (since > before) break;
      this.#giveUp(session, `The client did not come back in ${this.#limits.forMs} ms`);
    }
    this.#makeRoom();
    this.#arm();
  }

  #giveUp(session: ServedSession, why: string): void {
    this.#since.delete(session);
    session.conversation.end(lost(undefined, why));
  }
}
