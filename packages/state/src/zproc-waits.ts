/**
 * ZProc's waits that end with one answer: 0.1.5 and 1.0.0a5.
 *
 * @module
 */

import type { Change } from "./changes.ts";
import { where } from "./condition.ts";
import type { State } from "./state.ts";
import type { WaitForOptions } from "./state-options.ts";
import type { Key, View } from "./types.ts";

/** How a change is waited for. */
export interface ChangeWaitOptions extends WaitForOptions {
  /** Whether the keys are those that do not count. Default false. */
  readonly exclude?: boolean | undefined;
}

/**
 * Waits until one of the keys changes, any without keys, and resolves with the values of that revision. ZProc's `get_when_change`; unlike in 0.1.5, no keys are all keys.
 */
export async function getWhenChange<Shape extends object>(
  state: State<Shape>,
  keys: readonly Key<Shape>[] = [],
  options: ChangeWaitOptions = {},
): Promise<View<Shape>> {
  const { revision } = await nextChangeOf(state, keys, options);
  return (await state.atRevision(revision)).value;
}

/** Waits until the key changes and resolves with its value, `undefined` when it is gone. ZProc's `get_val_when_change`. */
export async function getValWhenChange<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  options: WaitForOptions = {},
): Promise<View<Shape[Name]> | undefined> {
  const { revision } = await nextChangeOf(state, [key], options);
  const { value } = await state.atRevision(revision);
  // The values have the shape that the caller gave the state.
  return Reflect.get(value, key) as View<Shape[Name]> | undefined;
}

/** Waits until a function is true of the values and resolves with them; at once when it is. It runs here, so that it may use what is around it. ZProc's `get_when`. */
export function getWhen<Shape extends object>(
  state: State<Shape>,
  test: (values: View<Shape>) => boolean,
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(test, options);
}

/** Waits until the key is there and has the value. ZProc's `get_when_equal`. */
export function getWhenEqual<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  value: Shape[Name],
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(where(key).equals(value), options);
}

/** Waits until the key is missing or has another value. ZProc's `get_when_not_equal`, which waited on for a missing key. */
export function getWhenNotEqual<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  value: Shape[Name],
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(where(key).notEquals(value), options);
}

/** Waits until the key is there and `null`. ZProc's `get_when_none`. */
export function getWhenNone<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(where(key).isNull(), options);
}

/** Waits until the key is missing or not `null`. ZProc's `get_when_not_none`, which waited on for a missing key. */
export function getWhenNotNone<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(where(key).isNotNull(), options);
}

/** Waits until the key is there. ZProc's `get_when_available`. */
export function getWhenAvailable<Shape extends object>(
  state: State<Shape>,
  key: Key<Shape>,
  options?: WaitForOptions,
): Promise<View<Shape>> {
  return state.until(where(key).isPresent(), options);
}

/** Waits for the next change and resolves with the values before and after it. ZProc's `get_raw_update`. */
export async function getRawUpdate<Shape extends object>(
  state: State<Shape>,
  options: WaitForOptions = {},
): Promise<readonly [before: View<Shape>, after: View<Shape>]> {
  const { revision } = await state.nextChange(options);
  const [before, after] = await Promise.all([state.atRevision(revision - 1), state.atRevision(revision)]);
  return [before.value, after.value];
}

/** Sets a key unless it is there, and resolves with its value. The dict's `setdefault`. */
export function setDefault<Shape extends object, Name extends Key<Shape>>(
  state: State<Shape>,
  key: Name,
  value: Shape[Name],
): Promise<unknown> {
  return state.at(key).getOrSet(value as never);
}

function nextChangeOf<Shape extends object>(
  state: State<Shape>,
  keys: readonly Key<Shape>[],
  { exclude = false, ...options }: ChangeWaitOptions,
): Promise<Change> {
  if (keys.length === 0) return state.nextChange(options);
  return state.nextChange(exclude ? { ...options, exclude: keys } : { ...options, keys });
}
