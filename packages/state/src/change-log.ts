/**
 * What changed, as far back as is kept.
 *
 * @module
 */

import { type Root, undoEffect } from "./effects.ts";
import { type Effect, OperationKind } from "./operation.ts";
import { weigh } from "./tree.ts";

/** One committed transaction. */
export interface Entry {
  readonly revision: number;
  /** The authority's time, in ms since 1970. Nothing is ordered by it. */
  readonly at: number;
  readonly by: string;
  /** The client's own number of the write, by which a repeated one is recognised. */
  readonly write: number | undefined;
  readonly tag: string | undefined;
  /** Whether it set what was so already. */
  readonly noop: boolean;
  readonly effects: readonly Effect[];
  /** What the client got for it. */
  readonly results: unknown;
}

/** An entry with what takes it back. */
export interface LoggedEntry extends Entry {
  readonly undo: readonly unknown[];
}

/** The bounds of a log. */
export interface LogLimits {
  /** The most changes kept. Default 10,000. */
  readonly maxLogEntries: number;
  /** The most bytes that kept changes take, by estimate. Default 64 MiB. */
  readonly maxLogBytes: number;
}

/** The share of the log that goes at once when it is full, so that not every change pays for it. */
const TRIM = 4;

/** The last changes of one namespace. */
export class ChangeLog {
  readonly #limits: LogLimits;
  readonly #entries: LoggedEntry[] = [];
  readonly #weights: number[] = [];
  /** The last revision that touched a key, for longer than the log reaches: as long as the key is there. */
  readonly #touched = new Map<string, number>();
  /** The last revision that touched a key of which that is no longer known. */
  #forgotten: number;
  #bytes = 0;
  #oldest: number;

  constructor(oldest: number, limits: LogLimits) {
    this.#oldest = oldest;
    this.#forgotten = oldest;
    this.#limits = limits;
  }

  /** The oldest revision from which changes can be had: that before the first entry. */
  get oldest(): number {
    return this.#oldest;
  }

  get size(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Finds the entry that led to a revision. */
  get(revision: number): LoggedEntry | undefined {
    return this.#entries[revision - this.#oldest - 1];
  }

  /** Adds an entry and returns those that had to go for it, the oldest first. */
  push(entry: LoggedEntry): readonly LoggedEntry[] {
    const weight = weighEntry(entry);
    this.#entries.push(entry);
    this.#weights.push(weight);
    this.#bytes += weight;
    if (!entry.noop) for (const [, [key]] of entry.effects) this.#touched.set(key, entry.revision);
    return this.#trim();
  }

  /** Finds the last revision that touched a key after another one, which is returned when none did; `undefined` when nobody knows any more. */
  lastTouched(key: string, since: number): number | undefined {
    const known = this.#touched.get(key);
    if (known !== undefined) return Math.max(known, since);
    return since < this.#forgotten ? undefined : since;
  }

  /** Takes back what came after a revision. */
  rewind(root: Root, revision: number): void {
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index];
      if (!entry || entry.revision <= revision) return;
      takeBack(root, entry);
    }
  }

  #trim(): readonly LoggedEntry[] {
    const { maxLogEntries, maxLogBytes } = this.#limits;
    if (this.#entries.length <= maxLogEntries && this.#bytes <= maxLogBytes) return [];
    const least = Math.ceil(this.#entries.length / TRIM);
    let count = 0;
    while (count < this.#entries.length && (count < least || this.#bytes > maxLogBytes)) {
      this.#bytes -= this.#weights[count] ?? 0;
      count += 1;
    }
    this.#weights.splice(0, count);
    const gone = this.#entries.splice(0, count);
    this.#oldest += gone.length;
    for (const entry of gone) this.#forget(entry);
    return gone;
  }

  /** Keys that are gone are forgotten with the change that took them, so that there are never more than there is log and values. */
  #forget(entry: LoggedEntry): void {
    for (const [kind, path] of entry.effects) {
      const [key] = path;
      if (kind !== OperationKind.DELETE || path.length > 1 || this.#touched.get(key) !== entry.revision) continue;
      this.#touched.delete(key);
      this.#forgotten = entry.revision;
    }
  }
}

/** Takes an entry back. */
function takeBack(root: Root, entry: LoggedEntry): void {
  for (let index = entry.effects.length - 1; index >= 0; index -= 1) {
    const effect = entry.effects[index];
    if (effect) undoEffect(root, effect, entry.undo[index]);
  }
}

function weighEntry({ effects, undo, results }: LoggedEntry): number {
  let bytes = 128 + weigh(results);
  for (const [index, [, path, operand]] of effects.entries()) {
    bytes += 32 * path.length + weigh(operand) + weigh(undo[index]);
  }
  return bytes;
}
