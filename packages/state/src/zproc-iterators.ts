/**
 * ZProc's watchers that iterate: 0.9.5.
 *
 * @module
 */

import { dequal } from "dequal";
import { applyChange } from "./replay.ts";
import type { State } from "./state.ts";
import type { Key, View } from "./types.ts";

/** How a watcher iterates. */
export interface WatchOptions {
  /** How many answers it gives before it ends. Default: without end. */
  readonly count?: number | undefined;
  /** Whether it gives only the newest values, and leaves out what came while nobody looked. Default false. */
  readonly live?: boolean | undefined;
  /** Whether writes that set what was so already count. Default false. */
  readonly identicalOkay?: boolean | undefined;
  /** The revision after which changes count; 0 for all that is kept. ZProc's `start_time`, without its clocks. Default: now. */
  readonly since?: number | undefined;
  /** Ends the watching with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The values around one change. ZProc's `StateUpdate`. */
export interface RawUpdate<Shape> {
  readonly before: View<Shape>;
  readonly after: View<Shape>;
  /** The authority's clock, in ms since 1970. */
  readonly timestamp: number;
  readonly isIdentical: boolean;
}

type Snapshots<Shape> = AsyncGenerator<View<Shape>, void, undefined>;

/** Iterates over changes with the values before and after each. ZProc's `when_change_raw`. */
export async function* whenChangeRaw<Shape extends object>(
  state: State<Shape>,
  options: WatchOptions = {},
): AsyncGenerator<RawUpdate<Shape>, void, undefined> {
  const { count = Number.POSITIVE_INFINITY } = options;
  let given = 0;
  for await (const update of updatesOf(state, options)) {
    yield update;
    given += 1;
    if (given >= count) return;
  }
}

/** Iterates over the values after each change of one of the keys, any without keys. ZProc's `when_change`. */
export function whenChange<Shape extends object>(
  state: State<Shape>,
  keys: readonly Key<Shape>[] = [],
  { exclude = false, ...options }: WatchOptions & { readonly exclude?: boolean | undefined } = {},
): Snapshots<Shape> {
  const wanted = new Set<string>(keys);
  return pick(state, options, ({ before, after, isIdentical }) => {
    if (keys.length === 0 || isIdentical) return true;
    const all = Object.keys({ ...before, ...after });
    return all.some((key) => wanted.has(key) !== exclude && memberValue(before, key) !== memberValue(after, key));
  });
}

/**
 * Iterates over the values for which a function is true: the present ones first, unless the watching begins in the past. ZProc's `when`, which did not look at the present.
 */
export async function* when<Shape extends object>(
  state: State<Shape>,
  test: (values: View<Shape>) => boolean,
  options: WatchOptions = {},
): Snapshots<Shape> {
  const { count = Number.POSITIVE_INFINITY } = options;
  const present = await state.snapshot();
  let given = 0;
  if (options.since === undefined && test(present.value)) {
    yield present.value;
    given += 1;
  }
  if (given >= count) return;
  const rest = { ...options, count: count - given, since: options.since ?? present.revision };
  yield* pick(state, rest, ({ after }) => test(after));
}

/** ZProc's `when_truthy`: the key is there and truthy. */
export function whenTruthy<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => Boolean(memberValue(values, key)), options);
}

/** ZProc's `when_falsy`: the key is missing or falsy. */
export function whenFalsy<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => !memberValue(values, key), options);
}

/** ZProc's `when_equal`: the key is there and has the value. */
export function whenEqual<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  value: Shape[Name],
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => key in values && dequal(memberValue(values, key), value), options);
}

/** ZProc's `when_not_equal`: the key is missing or has another value. */
export function whenNotEqual<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  value: Shape[Name],
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => !(key in values && dequal(memberValue(values, key), value)), options);
}

/** ZProc's `when_none`: the key is there and `null`. */
export function whenNone<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => memberValue(values, key) === null, options);
}

/** ZProc's `when_not_none`: the key is missing or not `null`. */
export function whenNotNone<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => memberValue(values, key) !== null, options);
}

/** ZProc's `when_available`: the key is there. */
export function whenAvailable<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WatchOptions,
): Snapshots<Shape> {
  return when(state, (values) => key in values, options);
}

async function* pick<Shape extends object>(
  state: State<Shape>,
  options: WatchOptions,
  wanted: (update: RawUpdate<Shape>) => boolean,
): Snapshots<Shape> {
  const { count = Number.POSITIVE_INFINITY } = options;
  let given = 0;
  for await (const update of updatesOf(state, options)) {
    if (!wanted(update)) continue;
    yield update.after;
    given += 1;
    if (given >= count) return;
  }
}

async function* updatesOf<Shape extends object>(
  state: State<Shape>,
  { since, live = false, identicalOkay = false, signal }: WatchOptions,
): AsyncGenerator<RawUpdate<Shape>, void, undefined> {
  const start = since === undefined ? await state.snapshot() : await state.atRevision(since);
  const { epoch, revision: from } = start;
  const mode = live ? "latest" : "every";
  let before = start.value;
  for await (const item of state.changes({ from, epoch, mode, includeNoop: identicalOkay, signal })) {
    const after = item.kind === "snapshot" ? item.value : applyChange(before, item);
    const [timestamp, isIdentical] = item.kind === "snapshot" ? [Date.now(), false] : [item.at, item.noop];
    yield { before, after, timestamp, isIdentical };
    before = after;
  }
}

/** Finds the value of a key, in values whose type only the caller knows. */
function memberValue(values: object, key: string): unknown {
  return Object.hasOwn(values, key) ? Reflect.get(values, key) : undefined;
}
