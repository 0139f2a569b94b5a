/**
 * Which changes somebody wants.
 *
 * @module
 */

import type { ChangeLog, LoggedEntry } from "./change-log.ts";
import { StateError } from "./errors.ts";
import type { Effect } from "./operation.ts";
import { overlaps, type Path, readKey, readPath } from "./path.ts";
import { isRecord } from "./transaction.ts";

/** Which changes are wanted; without any of these, all. */
export interface ChangeFilter {
  /** Only changes of these keys. */
  readonly keys?: readonly string[] | undefined;
  /** Only changes at, above or below these paths. */
  readonly paths?: readonly Path[] | undefined;
  /** No changes of these keys. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether changes by this client are wanted, too. Default true. */
  readonly includeOwn?: boolean | undefined;
  /** Whether writes that set what was so already are wanted, too. Default false. */
  readonly includeNoop?: boolean | undefined;
}

/** `[revision, at, by, tag, noop, effects]`: a change as it crosses. */
export type WireChange = readonly [
  revision: number,
  at: number,
  by: string,
  tag: string | undefined,
  noop: boolean,
  effects: readonly Effect[],
];

/** The most keys and paths of a filter. */
const MAX_FILTER = 10_000;

/** A filter, ready to be asked. */
export class Filter {
  /** The keys that can pass; absent for any. */
  readonly keys: ReadonlySet<string> | undefined;
  readonly #paths: readonly Path[] | undefined;
  readonly #exclude: ReadonlySet<string>;
  readonly #notBy: string | undefined;
  readonly #noop: boolean;
  readonly #sees: ((effect: Effect) => boolean) | undefined;

  /** `own` is the client that reads, and `sees` says what it may see; absent for everything. */
  constructor(filter: ChangeFilter, own: string, sees?: (effect: Effect) => boolean) {
    const { keys, paths, exclude = [], includeOwn = true, includeNoop = false } = filter;
    const read = paths?.map(readPath);
    this.keys = keys || read ? new Set([...(keys ?? []), ...(read ?? []).map(([key]) => key)]) : undefined;
    this.#paths = read && [...read, ...(keys ?? []).map((key) => [key])];
    this.#exclude = new Set(exclude);
    this.#notBy = includeOwn ? undefined : own;
    this.#noop = includeNoop;
    this.#sees = sees;
  }

  /** Returns what of a change passes, `undefined` when nothing does. */
  pick(entry: LoggedEntry): WireChange | undefined {
    if (entry.by === this.#notBy || (entry.noop && !this.#noop)) return undefined;
    const wanted = this.#isOpen ? entry.effects : entry.effects.filter((effect) => this.#passes(effect));
    if (wanted.length === 0) return undefined;
    return [entry.revision, entry.at, entry.by, entry.tag, entry.noop, wanted.map(strip)];
  }

  /** Returns the values that pass. */
  pickValues(root: ReadonlyMap<string, unknown>): Map<string, unknown> {
    const keys = this.keys ? [...this.keys].filter((key) => root.has(key)) : [...root.keys()];
    const wanted = keys.filter((key) => !this.#exclude.has(key) && (this.#sees?.([0, [key]]) ?? true));
    return new Map(wanted.map((key) => [key, root.get(key)]));
  }

  /** Says whether nothing that passes can have happened after a revision, although the log may not reach back to it. */
  isQuiet(log: Pick<ChangeLog, "lastTouched">, since: number): boolean {
    if (!this.keys || this.#noop) return false;
    return [...this.keys].every((key) => log.lastTouched(key, since) === since);
  }

  /** Returns what of a change that was made of several may be seen. */
  restrict(change: WireChange): WireChange {
    if (!this.#sees) return change;
    const [revision, at, by, tag, noop, effects] = change;
    return [revision, at, by, tag, noop, effects.filter(this.#sees)];
  }

  get #isOpen(): boolean {
    return !this.keys && this.#exclude.size === 0 && !this.#sees;
  }

  #passes(effect: Effect): boolean {
    const [, path] = effect;
    const [key] = path;
    if (this.#exclude.has(key) || this.#sees?.(effect) === false) return false;
    if (this.#paths) return this.#paths.some((wanted) => overlaps(wanted, path));
    return this.keys?.has(key) ?? true;
  }
}

/** Reads a filter that a peer sent. Throws `INVALID_VALUE` or `INVALID_PATH`. */
export function readFilter(wire: unknown, own: string, sees?: (effect: Effect) => boolean): Filter {
  if (wire === undefined) return new Filter({}, own, sees);
  if (!isRecord(wire)) throw new StateError("INVALID_VALUE", "A filter is an object");
  const { keys, paths, exclude, includeOwn, includeNoop } = wire;
  return new Filter(
    {
      keys: readList(keys, "keys")?.map(readKey),
      paths: readList(paths, "paths")?.map(readPath),
      exclude: readList(exclude, "exclude")?.map(readKey),
      includeOwn: includeOwn !== false,
      includeNoop: includeNoop === true,
    },
    own,
    sees,
  );
}

function readList(list: unknown, name: string): readonly unknown[] | undefined {
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw new StateError("INVALID_VALUE", `The filter's ${name} are no list`);
  if (list.length > MAX_FILTER) throw new StateError("LIMIT_EXCEEDED", `A filter has ${MAX_FILTER} ${name} at most`);
  return list;
}

/** When a value expires and whose it is, is the authority's affair. */
function strip(effect: Effect): Effect {
  const [kind, path, operand] = effect;
  return effect.length <= 3 ? effect : [kind, path, operand];
}
