/**
 * Functions that change a draft at the client, and are run again when somebody
 * else was faster.
 *
 * @module
 */

import { isThenable, runOnDraft } from "./draft.ts";
import { StateError } from "./errors.ts";
import type { Link } from "./link.ts";
import { type Check, CheckKind, type Operation } from "./operation.ts";
import type { Path } from "./path.ts";
import { pause } from "./pause.ts";
import type { WriteOptions } from "./state-options.ts";

/** How an update is made. */
export interface UpdateOptions extends WriteOptions {
  /** How often the function is run before the update rejects with `CONFLICT`. Default 1,000. */
  readonly maxTries?: number | undefined;
}

/** What an update works on: values at a revision. */
export interface UpdateBase {
  readonly values: Readonly<Record<string, unknown>>;
  readonly revision: number;
}

/** What one run of an update function came to. */
interface Attempt {
  readonly operations: readonly Operation[];
  readonly checks: readonly Check[];
  readonly result: unknown;
}

const DEFAULT_MAX_TRIES = 1_000;
/** The tries that come at once; those after them wait, longer and longer. */
const EAGER_TRIES = 2;
const MAX_PAUSE_MS = 64;

/** Runs a function on fresh values until its changes are accepted; returns what it returned. */
export async function update(
  link: Link,
  fetch: () => Promise<UpdateBase>,
  run: (base: UpdateBase) => Attempt,
  options: UpdateOptions,
): Promise<unknown> {
  const { maxTries = DEFAULT_MAX_TRIES, signal } = options;
  for (let tries = 1; tries <= maxTries; tries += 1) {
    signal?.throwIfAborted();
    const { operations, checks, result } = run(await fetch());
    if (operations.length === 0) return result;
    const [, , failed] = await link.commit({ operations, checks }, options);
    if (failed === undefined) return result;
    if (tries > EAGER_TRIES) await pause(Math.random() * Math.min(2 ** tries, MAX_PAUSE_MS), signal);
  }
  throw new StateError("CONFLICT", `The update met other writers ${maxTries} times (maxTries)`);
}

/** Runs a function on a draft of the whole; what it looked at must not have changed when its changes arrive. */
export function attemptWhole(
  { values, revision }: UpdateBase,
  fn: (draft: Record<string, unknown>) => unknown,
): Attempt {
  const reads = new Set<string | undefined>();
  const { operations, result } = runOnDraft(values, (draft) =>
    refusePromise(fn(trackReads(draft, (key) => reads.add(key)))),
  );
  const checks: readonly Check[] = reads.has(undefined)
    ? [[CheckKind.REVISION, [], revision]]
    : [...reads].map((key): Check => [CheckKind.UNCHANGED, [key ?? ""], revision]);
  return { operations, checks, result };
}

/** Runs a function on the value at a path: it changes a draft of it, or returns another value. */
export function attemptValue(
  { values, revision }: UpdateBase,
  path: readonly [string, ...Path],
  fn: (value: unknown) => unknown,
): Attempt {
  const { operations, result } = runOnDraft(values, (draft) => {
    const returned = refusePromise(fn(draft.value));
    if (returned !== undefined) draft.value = returned;
    return draft.value;
  });
  const moved = operations.map(([kind, [, ...rest], operand]): Operation => [kind, [...path, ...rest], operand]);
  return { operations: moved, checks: [[CheckKind.UNCHANGED, path, revision]], result };
}

/** Notes which keys a function looks at; `undefined` for all of them. */
function trackReads(draft: Record<string, unknown>, note: (key: string | undefined) => void): Record<string, unknown> {
  return new Proxy(draft, {
    get(target, key) {
      if (typeof key === "string") note(key);
      return Reflect.get(target, key);
    },
    has(target, key) {
      if (typeof key === "string") note(key);
      return Reflect.has(target, key);
    },
    ownKeys(target) {
      note(undefined);
      return Reflect.ownKeys(target);
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
}

function refusePromise(returned: unknown): unknown {
  if (!isThenable(returned)) return returned;
  returned.then(undefined, () => undefined);
  throw new TypeError("An update function cannot wait: it may be run again, and what it read may change meanwhile");
}
