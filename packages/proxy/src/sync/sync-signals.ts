/**
 * Slots of this thread at signals of a server.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import { Notice, Operation } from "../operation.ts";
import type { ConnectSlotOptions } from "../remote-signal.ts";
import { runSlot, type Slot } from "../signal.ts";
import type { Operate, SyncPlace } from "./sync-place.ts";

/** How a slot is connected to a signal of a server. */
export type ConnectSlotSyncOptions = Omit<ConnectSlotOptions, "onGap">;

type AnySlot = Slot<readonly unknown[]>;

interface ConnectedSlot {
  readonly onLost: ((count: number) => void) | undefined;
  /** Aborts when the slot is disconnected, so that nothing keeps it then. */
  readonly over: AbortController;
}

interface Subscription {
  readonly id: number;
  readonly place: SyncPlace;
  readonly slots: Map<AnySlot, ConnectedSlot>;
}

/** The signals that one connection has slots at: one subscription each, however many slots. */
export class SyncSignals {
  readonly #operate: Operate;
  readonly #onError: (error: unknown) => void;
  readonly #byPlace = new Map<string, Subscription>();
  readonly #byId = new Map<number, Subscription>();
  #lastId = 0;

  constructor(operate: Operate, onError: (error: unknown) => void) {
    this.#operate = operate;
    this.#onError = onError;
  }

  /** Connects a slot; when it returns, the very next emission is sure to reach it. One that is connected stays where it is. */
  connect(place: SyncPlace, slot: AnySlot, { signal, onLost }: ConnectSlotSyncOptions = {}): Disposable {
    if (typeof slot !== "function") throw new TypeError(`A slot is a function, not ${typeof slot}`);
    signal?.throwIfAborted();
    const { slots } = this.#byPlace.get(keyOf(place)) ?? this.#subscribe(place);
    const known = slots.get(slot);
    const connected = known ?? { onLost, over: new AbortController() };
    // A slot that was connected anew since is another connection's.
    const disconnect = (): void => {
      if (!connected.over.signal.aborted) this.disconnect(place, slot);
    };
    if (!known) {
      slots.set(slot, connected);
      signal?.addEventListener("abort", disconnect, { signal: connected.over.signal });
    }
    return { [Symbol.dispose]: disconnect };
  }

  /** Disconnects a slot, or every slot of this connection when none is given. Others' slots stay. */
  disconnect(place: SyncPlace, slot?: AnySlot): void {
    const subscription = this.#byPlace.get(keyOf(place));
    if (!subscription) return;
    const { slots, id } = subscription;
    for (const each of slot ? [slot] : [...slots.keys()]) {
      slots.get(each)?.over.abort();
      slots.delete(each);
    }
    if (slots.size > 0) return;
    this.#byPlace.delete(keyOf(place));
    this.#byId.delete(id);
    this.#operate(place, Operation.DISCONNECT, [id]);
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

  #subscribe(place: SyncPlace): Subscription {
    this.#lastId += 1;
    const subscription: Subscription = { id: this.#lastId, place, slots: new Map() };
    this.#operate(place, Operation.CONNECT, [subscription.id]);
    this.#byPlace.set(keyOf(place), subscription);
    this.#byId.set(subscription.id, subscription);
    return subscription;
  }
}

function keyOf({ reference, path }: SyncPlace): string {
  return JSON.stringify([reference, ...path]);
}
