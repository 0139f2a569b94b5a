/**
 * One watch at the authority: a place in the log, not a buffer.
 *
 * @module
 */

import type { LoggedEntry } from "./change-log.ts";
import { conflate } from "./conflate.ts";
import { StateError } from "./errors.ts";
import type { Filter, WireChange } from "./filter.ts";
import type { Namespace } from "./namespace.ts";
import type { Subscriber } from "./subscribers.ts";

/** What a watch sends. */
export const EventKind = {
  /** `[BEGIN, epoch, revision]`: changes follow from here. */
  BEGIN: 0,
  /** `[SNAPSHOT, epoch, revision, values]`: all values that pass the filter; changes follow from here. */
  SNAPSHOT: 1,
  /** `[CHANGES, changes]` in the order of their revisions. */
  CHANGES: 2,
  /** `[BOOKMARK, revision]`: up to here nothing else passed the filter. */
  BOOKMARK: 3,
} as const;

export type WatchEvent =
  | readonly [kind: typeof EventKind.BEGIN, epoch: string, revision: number]
  | readonly [kind: typeof EventKind.SNAPSHOT, epoch: string, revision: number, values: ReadonlyMap<string, unknown>]
  | readonly [kind: typeof EventKind.CHANGES, changes: readonly WireChange[]]
  | readonly [kind: typeof EventKind.BOOKMARK, revision: number];

/** How far a watcher knows the changes. */
interface Cursor {
  readonly epoch: string;
  readonly revision: number;
}

/** How a watch is read. */
export interface WatchRequest {
  readonly filter: Filter;
  /** The revision to go on from, in the epoch that it belongs to; absent for now, or for a snapshot. */
  readonly from: Cursor | undefined;
  readonly snapshot: boolean;
  readonly latest: boolean;
  /** What becomes of a watcher that the log has overtaken: a snapshot, or an error. */
  readonly overflow: "resync" | "error";
  /** Whether the reader is told at once of revisions with nothing for it, as a replica has to know how far it is. */
  readonly bookmarks: boolean;
}

/** The most changes in one event, and the most effects, so that a slow link is not held up by one watch. */
const MAX_BATCH = 256;

/**
 * The iterator that a watcher reads: it holds a revision, and looks into the log when it is asked.
 *
 * Before it is read for the first time it is known to nobody, so that one whose
 * reader never comes leaves nothing behind.
 */
export class Watch implements AsyncIterableIterator<WatchEvent, undefined>, Subscriber {
  readonly #namespace: Namespace;
  readonly #request: WatchRequest;
  #leave: (() => void) | undefined;
  #cursor: number;
  /** The revision that the reader knows of. */
  #told: number;
  /** Whether everything up to now was handed over, so that only the next change that passes matters. */
  #idle = false;
  #begun = false;
  #trimmed = false;
  #over = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(namespace: Namespace, request: WatchRequest) {
    this.#namespace = namespace;
    this.#request = request;
    this.#cursor = request.from?.revision ?? namespace.visible;
    this.#told = this.#cursor;
  }

  get keys(): ReadonlySet<string> | undefined {
    return this.#request.filter.keys;
  }

  tell({ revision }: LoggedEntry): void {
    // What came before this change did not pass, or this watch would have been told.
    if (this.#idle) this.#cursor = revision - 1;
    this.#idle = false;
    this.#wake?.();
  }

  trimmed(): void {
    this.#trimmed = true;
    this.#wake?.();
  }

  ended(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<WatchEvent, undefined>> {
    while (!this.#over) {
      const event = this.#take();
      if (event) return { value: event, done: false };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.#over = true;
    this.#leave?.();
    this.#wake?.();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): WatchEvent | undefined {
    if (this.#failure) return this.#fail(this.#failure);
    if (!this.#begun) return this.#begin();
    const changes = this.#idle ? [] : this.#read();
    if (!changes) return this.#overtaken();
    const last = changes.at(-1);
    if (last) {
      [this.#told] = last;
      return [EventKind.CHANGES, changes];
    }
    if (!this.#trimmed && !(this.#request.bookmarks && this.#told < this.#cursor)) return undefined;
    this.#trimmed = false;
    if (this.#idle) this.#cursor = this.#namespace.visible;
    this.#told = this.#cursor;
    return [EventKind.BOOKMARK, this.#cursor];
  }

  #begin(): WatchEvent {
    this.#begun = true;
    this.#namespace.require();
    this.#leave = this.#namespace.subscribers.add(this);
    const { from, snapshot, filter } = this.#request;
    const { epoch, log, visible } = this.#namespace;
    const isKnown = !from || this.#isKnown(from);
    this.#idle = this.#cursor === visible || (isKnown && this.#cursor < visible && filter.isQuiet(log, this.#cursor));
    if (snapshot && !from) return this.#snapshot();
    if (!from) return [EventKind.BEGIN, epoch, this.#cursor];
    if (!isKnown) return this.#broken();
    if (from.revision > visible || (from.revision < log.oldest && !this.#idle)) return this.#overtaken();
    return [EventKind.BEGIN, epoch, from.revision];
  }

  /** Says whether a revision is one of the present history, and was not lost on the way to it. */
  #isKnown({ epoch, revision }: Cursor): boolean {
    return epoch === "" || revision <= (this.#namespace.sharedWith(epoch) ?? -1);
  }

  /** Reads on from the cursor; `undefined` when the log no longer reaches back to it. */
  #read(): readonly WireChange[] | undefined {
    const { log, visible, shown } = this.#namespace;
    const { filter, latest } = this.#request;
    if (this.#cursor < log.oldest) return undefined;
    const changes: WireChange[] = [];
    let effects = 0;
    while (this.#cursor < visible && (latest || effects < MAX_BATCH)) {
      this.#cursor += 1;
      const entry = log.get(this.#cursor);
      const change = entry && filter.pick(entry);
      if (!change) continue;
      changes.push(change);
      effects += change[5].length;
    }
    this.#idle = this.#cursor >= visible;
    const one = latest ? conflate(changes, shown, visible) : undefined;
    return one ? [filter.restrict(one)] : changes;
  }

  #overtaken(): WatchEvent {
    if (this.#request.overflow === "resync" || this.#request.latest) return this.#snapshot();
    const { log, visible, name } = this.#namespace;
    const message = `The changes after revision ${this.#cursor} of "${name}" are compacted; the oldest left is ${log.oldest}`;
    return this.#fail(new StateError("COMPACTED", message, { oldest: log.oldest, current: visible }));
  }

  #broken(): WatchEvent {
    if (this.#request.overflow === "resync" || this.#request.latest) return this.#snapshot();
    const { name, visible } = this.#namespace;
    const message = `"${name}" was begun anew; revisions of before mean nothing now`;
    return this.#fail(new StateError("EPOCH_CHANGED", message, { current: visible }));
  }

  #snapshot(): WatchEvent {
    const { epoch, visible, shown } = this.#namespace;
    this.#cursor = visible;
    this.#told = visible;
    this.#idle = true;
    return [EventKind.SNAPSHOT, epoch, visible, this.#request.filter.pickValues(shown)];
  }

  #fail(error: Error): never {
    this.#over = true;
    this.#leave?.();
    throw error;
  }
}
