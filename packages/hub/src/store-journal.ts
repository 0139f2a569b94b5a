/**
 * From queues and logs in memory to a store.
 *
 * @module
 */

import type { JournaledEntry, JournaledItem, JournaledLog, LogJournal, QueueJournal } from "@fourwire/transport";
import { TransportError } from "@fourwire/transport";
import type { ItemStore, StoredPlace, StoreWrite } from "./item-store.ts";

/**
 * Commits changes in groups: what is told while a commit is under way goes
 * along with the next.
 *
 * When a commit fails, what the queues and logs hold and what is kept may differ, so
 * that nothing is taken any more; the next opening starts from what was kept.
 */
export class StoreJournal implements QueueJournal, LogJournal {
  readonly #store: ItemStore;
  readonly #onFailure: () => void;
  #lastOrder: number;
  #writes: StoreWrite[] = [];
  #next: Promise<void> | undefined;
  #current: Promise<void> | undefined;
  #failure: TransportError | undefined;

  /** Items are ordered behind `lastOrder`; `onFailure` is called once, when no more is kept. */
  constructor(store: ItemStore, lastOrder: number, onFailure: () => void) {
    this.#store = store;
    this.#lastOrder = lastOrder;
    this.#onFailure = onFailure;
  }

  put(item: JournaledItem): void {
    const { id, frames, deliveries } = item;
    this.#write({ kind: "put", item: { id, frames, deliveries, place: this.#place(item) } });
  }

  take({ id, deliveries }: Pick<JournaledItem, "id" | "deliveries">): void {
    this.#write({ kind: "take", id, deliveries });
  }

  move(item: JournaledItem): void {
    const { id, deliveries } = item;
    this.#write({ kind: "move", id, deliveries, place: this.#place(item) });
  }

  remove(id: string): void {
    this.#write({ kind: "remove", id });
  }

  append(entry: JournaledEntry): void {
    this.#write({ kind: "append", entry });
  }

  trim(log: string, numbers: readonly number[]): void {
    this.#write({ kind: "trim", log, numbers });
  }

  remember(log: JournaledLog): void {
    this.#write({ kind: "remember", log });
  }

  async kept(): Promise<void> {
    await (this.#next ?? this.#current);
  }

  #place({ queue, priority, dedupKey, key, turn, delayMs }: JournaledItem): StoredPlace {
    this.#lastOrder += 1;
    const dueAt = delayMs > 0 ? Date.now() + delayMs : 0;
    return { queue, priority, dedupKey, key, turn, order: this.#lastOrder, dueAt };
  }

  #write(write: StoreWrite): void {
    if (this.#failure) throw this.#failure;
    this.#writes.push(write);
    if (this.#next) return;
    this.#next = this.#commit();
    // Whoever waits for it gets its failure, and nobody may.
    this.#next.catch(() => undefined);
  }

  async #commit(): Promise<void> {
    await this.#current?.catch(() => undefined);
    const writes = this.#writes;
    this.#writes = [];
    this.#current = this.#next;
    this.#next = undefined;
    if (this.#failure) throw this.#failure;
    try {
      await this.#store.commit(writes);
    } catch (error) {
      this.#failure ??= new TransportError("LOST", "The store of the queues and logs failed", { cause: error });
      this.#onFailure();
      throw this.#failure;
    }
  }
}
