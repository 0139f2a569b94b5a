/**
 * The server's end of remote slots.
 *
 * @module
 */

import { type Session, SessionError, toError } from "@fourwire/session";
import { Notice } from "./operation.ts";
import type { SignalLike, Slot } from "./signal.ts";

/** The most signals that one client may be connected to. */
const MAX_SUBSCRIPTIONS = 10_000;

interface Relay {
  readonly signal: SignalLike;
  readonly slot: Slot<readonly unknown[]>;
}

/** What relays need of their session. */
export type RelaySession = Pick<Session, "open" | "notify" | "closed">;

/** The signals that one client is connected to: one slot each, however many the client has. */
export class Relays {
  readonly #session: RelaySession;
  readonly #relays = new Map<number, Relay>();
  readonly #onError: (error: Error) => void;

  constructor(session: RelaySession, onError: (error: Error) => void) {
    this.#session = session;
    this.#onError = onError;
    void session.closed.then(() => this.clear());
  }

  /** The number of signals that the client is connected to. */
  get size(): number {
    return this.#relays.size;
  }

  /** Sends a signal's emissions to the client from now on. Rejects with what the signal's own `connect` throws. */
  async connect(subscription: number, signal: SignalLike): Promise<void> {
    if (this.#relays.has(subscription)) return;
    if (this.#relays.size >= MAX_SUBSCRIPTIONS) {
      throw new SessionError("LIMIT_EXCEEDED", `A client connects to ${MAX_SUBSCRIPTIONS} signals at most`);
    }
    const slot = this.#createSlot(subscription);
    this.#relays.set(subscription, { signal, slot });
    try {
      await signal.connect(slot);
    } catch (error) {
      this.#relays.delete(subscription);
      throw error;
    }
  }

  /** Stops sending. Rejects with what the signal's own `disconnect` throws. */
  async disconnect(subscription: number): Promise<void> {
    const relay = this.#relays.get(subscription);
    this.#relays.delete(subscription);
    await relay?.signal.disconnect(relay.slot);
  }

  /** Stops sending anything: the client is gone, so what a signal throws now is nobody's but this end's. */
  clear(): void {
    for (const subscription of [...this.#relays.keys()]) {
      this.disconnect(subscription).catch((error: unknown) => this.#onError(toError(error)));
    }
  }

  /**
   * Makes the slot of a subscription. It never throws into the emitter: what a
   * client that does not read cannot be sent is counted, and the client is told
   * the number before the next emission that it gets.
   */
  #createSlot(subscription: number): Slot<readonly unknown[]> {
    let lost = 0;
    return (...args) => {
      if (!this.#session.open) return;
      try {
        if (lost > 0) this.#session.notify([Notice.LOST, subscription], [lost]);
        lost = 0;
        this.#session.notify([Notice.EMITTED, subscription], args);
      } catch (error) {
        lost += 1;
        if (!(error instanceof SessionError && error.code === "QUEUE_FULL")) this.#onError(toError(error));
      }
    };
  }
}
