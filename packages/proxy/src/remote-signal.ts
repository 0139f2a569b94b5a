/**
 * The client's end of remote signals.
 *
 * @module
 */

import { type Session, SessionError } from "@fourwire/session";
import { Notice, Operation, ROOT } from "./operation.ts";
import { runSlot, type Slot } from "./signal.ts";

/** How a slot is connected to a remote signal. */
export interface ConnectSlotOptions {
  /** Disconnects the slot when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of emissions that this client did not read fast enough to get. */
  readonly onLost?: ((count: number) => void) | undefined;
  /**
   * Called when the slot was connected anew after the server had forgotten this
   * client: emissions since then, nobody knows how many, are missing.
   */
  readonly onGap?: (() => void) | undefined;
}

/** A slot's connection to a remote signal; disposing it disconnects that slot. */
export interface Connection extends AsyncDisposable {
  disconnect(): Promise<void>;
}

type AnySlot = Slot<readonly unknown[]>;

interface ConnectedSlot {
  readonly onLost: ((count: number) => void) | undefined;
  readonly onGap: (() => void) | undefined;
  /** Aborts when the slot is disconnected, so that nothing keeps it then. */
  readonly over: AbortController;
}

interface Subscription {
  readonly id: number;
  readonly place: SignalPlace;
  readonly slots: Map<AnySlot, ConnectedSlot>;
  /** Settles when the server has connected, so that the next emission comes. */
  readonly confirmed: Promise<unknown>;
}

/** Where a signal is. */
export interface SignalPlace {
  readonly reference: number;
  readonly path: readonly string[];
}

/** The signals that a client is connected to: one subscription each, however many slots. */
export class RemoteSignals {
  readonly #session: Session;
  readonly #onError: (error: unknown) => void;
  readonly #byPath = new Map<string, Subscription>();
  readonly #byId = new Map<number, Subscription>();
  #lastId = 0;

  constructor(session: Session, onError: (error: unknown) => void) {
    this.#session = session;
    this.#onError = onError;
  }

  /** Connects a slot and resolves when the next emission is sure to reach it. A slot that is connected already stays where it is. */
  async connect(place: SignalPlace, slot: AnySlot, options: ConnectSlotOptions = {}): Promise<Connection> {
    const { signal } = options;
    signal?.throwIfAborted();
    const subscription = this.#byPath.get(keyOf(place)) ?? this.#subscribe(place);
    const known = subscription.slots.get(slot);
    const connected = known ?? {
      onLost: options.onLost,
      onGap: options.onGap,
      over: new AbortController(),
    };
    // A slot that was connected anew since is another connection's.
    const disconnect = async (): Promise<void> => {
      if (!connected.over.signal.aborted) await this.disconnect(place, slot);
    };
    if (!known) {
      subscription.slots.set(slot, connected);
      const until = { signal: connected.over.signal };
      signal?.addEventListener("abort", () => void disconnect().catch(this.#onError), until);
    }
    await subscription.confirmed;
    return { disconnect, [Symbol.asyncDispose]: disconnect };
  }

  /** Connects everything anew: the server forgot this client. */
  restore(): void {
    for (const subscription of [...this.#byPath.values()]) {
      // What was reached by reference is gone with the reference; only paths from the root lead there anew.
      if (subscription.place.reference !== ROOT) this.#forget(subscription);
      else this.#reconnect(subscription);
    }
  }

  #reconnect(subscription: Subscription): void {
    this.#request(subscription.place, subscription.id).then(
      () => {
        for (const { onGap } of [...subscription.slots.values()]) onGap?.();
      },
      (error: unknown) => {
        this.#forget(subscription);
        this.#onError(error);
      },
    );
  }

  /** Says whether a slot of this client is connected. */
  has(place: SignalPlace): boolean {
    return this.#byPath.has(keyOf(place));
  }

  /** Disconnects a slot, or every slot of this client when none is given. Others' slots stay. */
  async disconnect(place: SignalPlace, slot?: AnySlot): Promise<void> {
    const subscription = this.#byPath.get(keyOf(place));
    if (!subscription) return;
    removeSlots(subscription, slot);
    if (subscription.slots.size > 0) return;
    this.#forget(subscription);
    const { reference, path } = place;
    if (this.#session.open) await this.#session.call([Operation.DISCONNECT, reference, ...path], [subscription.id]);
  }

  /** Hands a notification to the slots. */
  receive(notice: unknown, id: unknown, args: readonly unknown[]): void {
    const subscription = typeof id === "number" ? this.#byId.get(id) : undefined;
    // The signal may have been disconnected while an emission was on its way.
    if (!subscription) return;
    if (notice === Notice.EMITTED) {
      for (const slot of [...subscription.slots.keys()]) runSlot(slot, args, this.#onError);
    } else if (notice === Notice.LOST) {
      for (const { onLost } of [...subscription.slots.values()]) onLost?.(Number(args[0]));
    } else {
      throw new SessionError("NOT_FOUND", `Notice ${String(notice)} is not known here`);
    }
  }

  #subscribe(place: SignalPlace): Subscription {
    this.#lastId += 1;
    const id = this.#lastId;
    const confirmed = this.#request(place, id);
    const subscription: Subscription = { id, place, slots: new Map(), confirmed };
    this.#byPath.set(keyOf(place), subscription);
    this.#byId.set(id, subscription);
    confirmed.catch(() => this.#forget(subscription));
    return subscription;
  }

  #request({ reference, path }: SignalPlace, id: number): Promise<unknown> {
    return this.#session.call([Operation.CONNECT, reference, ...path], [id]);
  }

  #forget(subscription: Subscription): void {
    removeSlots(subscription);
    this.#byId.delete(subscription.id);
    const key = keyOf(subscription.place);
    if (this.#byPath.get(key) === subscription) this.#byPath.delete(key);
  }
}

/** Removes one slot, or all. */
function removeSlots({ slots }: Subscription, slot?: AnySlot): void {
  for (const each of slot ? [slot] : [...slots.keys()]) {
    slots.get(each)?.over.abort();
    slots.delete(each);
  }
}

function keyOf({ reference, path }: SignalPlace): string {
  return JSON.stringify([reference, ...path]);
}
