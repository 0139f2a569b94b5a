/**
 * The client's end of remote signals.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import { Notice, Operation, ROOT } from "./operation.ts";
import { awaitSlot, runSlot, type Slot } from "./signal.ts";
import { completeQueue, type Gap, type QueueOptions, type QueueSettings } from "./signal-queue.ts";
import { SlotQueue } from "./slot-queue.ts";

/** How a slot is connected to a remote signal. */
export interface ConnectSlotOptions {
  /** Disconnects the slot when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Lets emissions wait for the slot, so many at each end, while what it returned
   * before is awaited. Default: none, and slots are not waited for.
   */
  readonly queue?: QueueOptions | undefined;
  /** Drops emissions that waited for longer, in ms. Default: none; with it alone the queue's limit is 1,000. */
  readonly maxAgeMs?: number | undefined;
  /** Called with the number of emissions that this slot did not get because it, or this client, was too slow. */
  readonly onLost?: ((count: number) => void) | undefined;
  /**
   * Called with every loss: those that `onLost` counts, and when the slot was
   * connected anew after the server had forgotten this client, as then nobody
   * knows how many emissions are missing.
   */
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

/** A slot's connection to a remote signal; disposing it disconnects that slot. */
export interface Connection extends AsyncDisposable {
  disconnect(): Promise<void>;
}

type AnySlot = Slot<readonly unknown[]>;

interface ConnectedSlot {
  readonly onLost: ((count: number) => void) | undefined;
  readonly onGap: ((gap: Gap) => void) | undefined;
  /** Aborts when the slot is disconnected, so that nothing keeps it then. */
  readonly over: AbortController;
}

interface Subscription {
  readonly id: number;
  readonly place: SignalPlace;
  readonly slots: Map<AnySlot, ConnectedSlot>;
  /** Of the only slot, if that has one. */
  readonly settings: QueueSettings | undefined;
  readonly queue: SlotQueue | undefined;
  /** Settles when the server has connected, so that the next emission comes. */
  readonly confirmed: Promise<unknown>;
}

/** Where a signal is. */
export interface SignalPlace {
  readonly reference: number;
  readonly path: readonly string[];
}

/** Says whether a notification is about a signal that this end is connected to. */
export function isSignalNotice(notice: unknown): boolean {
  return notice === Notice.EMITTED || notice === Notice.LOST || notice === Notice.QUEUED;
}

/** The signals that a client is connected to: one subscription each for all slots, and one for each slot with a queue. */
export class RemoteSignals {
  readonly #session: Session;
  readonly #onError: (error: unknown) => void;
  readonly #byPath = new Map<string, Set<Subscription>>();
  readonly #byId = new Map<number, Subscription>();
  #lastId = 0;

  constructor(session: Session, onError: (error: unknown) => void) {
    this.#session = session;
    this.#onError = onError;
    void session.closed.then(() => this.#end());
  }

  /** Connects a slot and resolves when the next emission is sure to reach it. A slot that is connected already stays where it is. */
  async connect(place: SignalPlace, slot: AnySlot, options: ConnectSlotOptions = {}): Promise<Connection> {
    const { signal, onLost, onGap } = options;
    signal?.throwIfAborted();
    const settings = completeQueue(options.queue, options.maxAgeMs);
    const subscription = this.#find(place, slot, settings) ?? this.#subscribe(place, slot, settings);
    const known = subscription.slots.get(slot);
    const connected = known ?? { onLost, onGap, over: new AbortController() };
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
    for (const subscription of [...this.#byId.values()]) {
      // What was reached by reference is gone with the reference; only paths from what is always there lead there anew.
      if (subscription.place.reference > ROOT) this.#forget(subscription);
      else this.#reconnect(subscription);
    }
  }

  #reconnect(subscription: Subscription): void {
    this.#request(subscription.place, subscription.id, subscription.settings).then(
      () => tell(subscription, { why: "reset", lost: undefined }),
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
    const over: Subscription[] = [];
    for (const subscription of this.#byPath.get(keyOf(place)) ?? []) {
      removeSlots(subscription, slot);
      if (subscription.slots.size === 0) over.push(subscription);
    }
    for (const subscription of over) this.#forget(subscription);
    const { reference, path } = place;
    const target = [Operation.DISCONNECT, reference, ...path];
    if (this.#session.open) await Promise.all(over.map(({ id }) => this.#session.call(target, [id])));
  }

  /** Hands a notification to the slots. */
  receive(notice: unknown, id: unknown, args: readonly unknown[]): void {
    const subscription = typeof id === "number" ? this.#byId.get(id) : undefined;
    // The signal may have been disconnected while an emission was on its way.
    if (!subscription) return;
    if (notice === Notice.LOST) this.#onLost(subscription, args);
    else if (notice === Notice.QUEUED) subscription.queue?.push(args.slice(1), Number(args[0]) || 0);
    else for (const slot of [...subscription.slots.keys()]) runSlot(slot, args, this.#onError);
  }

  #onLost(subscription: Subscription, [lost, why]: readonly unknown[]): void {
    if (why === "error") subscription.queue?.overflow();
    else tell(subscription, { lost: Number(lost), why: why === "full" || why === "age" ? why : "slow" });
  }

  /** Finds the subscription of a slot, or one that it may share. */
  #find(place: SignalPlace, slot: AnySlot, settings: QueueSettings | undefined): Subscription | undefined {
    const all = [...(this.#byPath.get(keyOf(place)) ?? [])];
    return all.find(({ slots }) => slots.has(slot)) ?? (settings ? undefined : all.find(({ queue }) => !queue));
  }

  #subscribe(place: SignalPlace, slot: AnySlot, settings: QueueSettings | undefined): Subscription {
    this.#lastId += 1;
    const id = this.#lastId;
    const confirmed = this.#request(place, id, settings);
    const queue = settings && this.#createQueue(id, slot, settings);
    const subscription: Subscription = { id, place, slots: new Map(), settings, queue, confirmed };
    const key = keyOf(place);
    this.#byPath.set(key, (this.#byPath.get(key) ?? new Set()).add(subscription));
    this.#byId.set(id, subscription);
    confirmed.catch(() => this.#forget(subscription));
    return subscription;
  }

  #createQueue(id: number, slot: AnySlot, settings: QueueSettings): SlotQueue {
    return new SlotQueue({
      settings,
      run: (args) => awaitSlot(slot, args, this.#onError),
      credit: (count) => this.#session.notify([Notice.CREDIT, id], [count]),
      lost: (gap) => tell(this.#byId.get(id), gap),
      fail: (error) => {
        const subscription = this.#byId.get(id);
        this.#onError(error);
        if (subscription) this.disconnect(subscription.place, slot).catch(this.#onError);
      },
    });
  }

  #request({ reference, path }: SignalPlace, id: number, settings: QueueSettings | undefined): Promise<unknown> {
    const queue = settings ? [[settings.limit, settings.onFull, settings.maxAgeMs]] : [];
    return this.#session.call([Operation.CONNECT, reference, ...path], [id, ...queue]);
  }

  #forget(subscription: Subscription): void {
    removeSlots(subscription);
    subscription.queue?.end();
    this.#byId.delete(subscription.id);
    const key = keyOf(subscription.place);
    const others = this.#byPath.get(key);
    others?.delete(subscription);
    if (others?.size === 0) this.#byPath.delete(key);
  }

  /** Lets go of what waits: the session is over. */
  #end(): void {
    for (const { queue } of this.#byId.values()) queue?.end();
  }
}

/** Tells the slots of a subscription what they do not get. */
function tell(subscription: Subscription | undefined, gap: Gap): void {
  for (const { onLost, onGap } of [...(subscription?.slots.values() ?? [])]) {
    if (gap.lost !== undefined) onLost?.(gap.lost);
    onGap?.(gap);
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
