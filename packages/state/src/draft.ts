/**
 * Functions that change a draft, and the operations that amount to the same.
 *
 * @module
 */

import { create, current, type Draft, isDraft, type Patches } from "mutative";
import { type Operation, OperationKind } from "./operation.ts";
import { type Path, readPath } from "./path.ts";
import { isRecord } from "./transaction.ts";
import { ABSENT, readIn } from "./tree.ts";

/** What a function did to a draft. */
export interface Drafted {
  readonly operations: readonly Operation[];
  /** What the function returned, free of drafts. */
  readonly result: unknown;
}

/** Runs a function on a draft of some values, which stay as they are. */
export function runOnDraft<Base extends Readonly<Record<string, unknown>>>(
  base: Base,
  run: (draft: Draft<Base>) => unknown,
): Drafted {
  const [draft, finalize] = create(base, { enablePatches: true });
  const returned = run(draft);
  const result = isThenable(returned) ? returned : withoutDrafts(returned);
  const [after, patches] = finalize();
  return { operations: toOperations(patches, after), result };
}

/** Says whether something is a promise, or passes for one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function withoutDrafts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isDraft(value)) return current(value);
  if (Array.isArray(value)) return value.map(withoutDrafts);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutDrafts(field)]));
}

/** What a patch does inside a Map, a Set, or to the length of a list, travels as the whole of it. */
function toOperations(patches: Patches, after: unknown): readonly Operation[] {
  const operations = new Map<string, Operation>();
  for (const { path } of patches) {
    const whole = readPath(cut(Array.isArray(path) ? path : [path], after));
    const value = readIn(after, whole);
    const operation: Operation = value === ABSENT ? [OperationKind.DELETE, whole] : [OperationKind.SET, whole, value];
    operations.set(JSON.stringify(whole), operation);
  }
  return [...operations.values()];
}

function cut(path: Path, after: unknown): Path {
  for (let length = 1; length < path.length; length += 1) {
    const container = readIn(after, path, 0, length);
    const isPlain = isRecord(container) || (Array.isArray(container) && readIn(after, path, 0, length + 1) !== ABSENT);
    if (!isPlain) return path.slice(0, length);
  }
  return path;
}
