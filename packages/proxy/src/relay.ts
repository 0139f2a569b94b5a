/**
 * The server's end of remote slots.
 *
 * @module
 */

import { type Session, SessionError, toError } from "@fourwire/session";
import { ProxyError } from "./errors.ts";
import { Notice } from "./operation.ts";
import { RelayQueue } from "./relay-queue.ts";
import type { SignalLike, Slot } from "./signal.ts";
import type { QueueSettings } from "./signal-queue.ts";

/** The most signals that one client may be connected to. */
const MAX_SUBSCRIPTIONS = 10_000;
/** The most emissions that may wait for one client in its queues. */
const MAX_WAITING = 100_000;

interface Relay {
  readonly signal: SignalLike;
  readonly slot: Slot<readonly unknown[]>;
  readonly queue: RelayQueue | undefined;
  /** The room that its queue takes. */
  readonly limit: number;
}

/** What relays need of their session. */
export type RelaySession = Pick<Session, "open" | "notify" | "closed">;

/** The signals that one client is connected to: one slot each, however many the client has. */
export class Relays {
  readonly #session: RelaySession;
  readonly #relays = new Map<number, Relay>();
  readonly #onError: (error: Error) => void;
  #room = MAX_WAITING;

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
  async connect(subscription: number, signal: SignalLike, settings?: QueueSettings): Promise<void> {
    if (this.#relays.has(subscription)) return;
    if (this.#relays.size >= MAX_SUBSCRIPTIONS) {
      throw new SessionError("LIMIT_EXCEEDED", `A client connects to ${MAX_SUBSCRIPTIONS} signals at most`);
    }
    if (settings && this.#room < settings.limit) {
      throw new SessionError("LIMIT_EXCEEDED", `The queues of a client hold ${MAX_WAITING} emissions at most`);
    }
    this.#room -= settings?.limit ?? 0;
    const queue = settings && this.#createQueue(subscription, settings);
    const slot = queue ? queueSlot(queue, this.#session) : this.#createSlot(subscription);
    this.#relays.set(subscription, { signal, slot, queue, limit: settings?.limit ?? 0 });
    try {
      await signal.connect(slot);
    } catch (error) {
      this.#take(subscription);
      throw error;
    }
  }

  /** Stops sending. Rejects with what the signal's own `disconnect` throws. */
  async disconnect(subscription: number): Promise<void> {
    const relay = this.#take(subscription);
    await relay?.signal.disconnect(relay.slot);
  }

  #take(subscription: number): Relay | undefined {
    const relay = this.#relays.get(subscription);
    this.#relays.delete(subscription);
    this.#room += relay?.limit ?? 0;
    return relay;
  }

  /** Learns that a client's queue has room for so many emissions more. */
  credit(subscription: unknown, count: unknown): void {
    const queue = typeof subscription === "number" ? this.#relays.get(subscription)?.queue : undefined;
    if (typeof count === "number" && count > 0) queue?.add(count);
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
      if (lost > 0 && this.#send([Notice.LOST, subscription], [lost])) lost = 0;
      if (lost > 0 || !this.#send([Notice.EMITTED, subscription], args)) lost += 1;
    };
  }

  #createQueue(subscription: number, settings: QueueSettings): RelayQueue {
    return new RelayQueue({
      subscription,
      settings,
      send: (target, args) => this.#send(target, args),
      fail: () => void this.disconnect(subscription).catch((error: unknown) => this.#onError(toError(error))),
    });
  }

  /** Sends a notice. Returns false for one that cannot be sent, which is nobody's fault when only too much waits. */
  #send(target: readonly unknown[], args: readonly unknown[]): boolean {
    try {
      this.#session.notify(target, args);
      return true;
    } catch (error) {
      if (!(error instanceof SessionError && error.code === "QUEUE_FULL")) this.#onError(toError(error));
      return false;
    }
  }
}

function queueSlot(queue: RelayQueue, session: RelaySession): Slot<readonly unknown[]> {
  return (...args) => {
    if (session.open) queue.push(args);
  };
}

/** Reads the number that a client gave to its subscription. Throws `NOT_FOUND` for anything else. */
export function readSubscription(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new ProxyError("NOT_FOUND", "A subscription is a number");
}
