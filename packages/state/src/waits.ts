/**
 * Those who wait at the authority for one thing to happen.
 *
 * @module
 */

import type { LoggedEntry } from "./change-log.ts";
import { type Condition, holds, keysOf } from "./condition.ts";
import { applyEffect } from "./effects.ts";
import type { Filter, WireChange } from "./filter.ts";
import type { Namespace } from "./namespace.ts";
import type { Subscriber } from "./subscribers.ts";

/** From where, and how long, somebody waits. */
export interface WaitRequest {
  /** The revision from which the waiter has missed nothing. Absent for now. */
  readonly since: number | undefined;
  readonly signal: AbortSignal;
}

/** Answers with the first change after a revision that passes a filter. */
export function waitForChange(
  namespace: Namespace,
  filter: Filter,
  { since = namespace.visible, signal }: WaitRequest,
): WireChange | Promise<WireChange> {
  const isQuiet = filter.isQuiet(namespace.log, since);
  if (!isQuiet) namespace.requireLog(since);
  for (let revision = since + 1; !isQuiet && revision <= namespace.visible; revision += 1) {
    const entry = namespace.log.get(revision);
    const change = entry && filter.pick(entry);
    if (change) return change;
  }
  return subscribe(namespace, filter.keys, signal, (entry) =>
    entry.revision > since ? filter.pick(entry) : undefined,
  );
}

/** Answers with the first revision, from a given one on, at which a condition holds. */
export function waitUntil(
  namespace: Namespace,
  condition: Condition,
  { since = namespace.visible, signal }: WaitRequest,
): number | Promise<number> {
  const past = since < namespace.visible ? findInPast(namespace, condition, since) : undefined;
  if (past !== undefined) return past;
  if (holds(condition, namespace.shown)) return namespace.visible;
  return subscribe(namespace, keysOf(condition), signal, ({ revision }) =>
    holds(condition, namespace.shown) ? revision : undefined,
  );
}

/** Answers once the namespace is at a revision, or beyond. */
export function waitForRevision(namespace: Namespace, wanted: number, signal: AbortSignal): number | Promise<number> {
  if (namespace.visible >= wanted) return namespace.visible;
  return subscribe(namespace, undefined, signal, ({ revision }) => (revision >= wanted ? revision : undefined));
}

/** Goes through the revisions again: the condition may have held for one of them only. */
function findInPast(namespace: Namespace, condition: Condition, since: number): number | undefined {
  const root = namespace.at(since);
  if (holds(condition, root)) return since;
  for (let revision = since + 1; revision <= namespace.visible; revision += 1) {
    for (const effect of namespace.log.get(revision)?.effects ?? []) applyEffect(root, effect);
    if (holds(condition, root)) return revision;
  }
  return undefined;
}

/** Resolves with the first answer that is not `undefined`. */
function subscribe<Answer>(
  namespace: Namespace,
  keys: ReadonlySet<string> | undefined,
  signal: AbortSignal,
  ask: (entry: LoggedEntry) => Answer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      remove();
      signal.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    const subscriber: Subscriber = {
      keys,
      tell(entry) {
        const answer = ask(entry);
        if (answer === undefined) return;
        leave();
        resolve(answer);
      },
      trimmed: () => undefined,
      ended(error) {
        leave();
        reject(error);
      },
    };
    const remove = namespace.subscribers.add(subscriber);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}
