/**
 * Many changes as one: only where they led to.
 *
 * @module
 */

import { readRoot } from "./effects.ts";
import type { WireChange } from "./filter.ts";
import { type Effect, OperationKind } from "./operation.ts";
import { overlaps } from "./path.ts";
import { ABSENT } from "./tree.ts";

/** Returns one change that leads from before the first to the present values. */
export function conflate(
  changes: readonly WireChange[],
  root: ReadonlyMap<string, unknown>,
  revision: number,
): WireChange | undefined {
  const last = changes.at(-1);
  if (!last) return undefined;
  const paths = new Map<string, Effect[1]>();
  for (const [, , , , , effects] of changes) {
    for (const [, path] of effects) {
      const whole = cutAtList(root, path);
      paths.set(JSON.stringify(whole), whole);
    }
  }
  const effects = widest([...paths.values()]).map((path): Effect => {
    const value = readRoot(root, path);
    return value === ABSENT ? [OperationKind.DELETE, path] : [OperationKind.SET, path, value];
  });
  const [, at, by, tag] = last;
  return [revision, at, by, tag, changes.every(([, , , , noop]) => noop), effects];
}

/** Elements move when others go, and a missing parent takes all with it: those travel as a whole. */
function cutAtList(root: ReadonlyMap<string, unknown>, path: Effect[1]): Effect[1] {
  for (let length = 1; length < path.length; length += 1) {
    const part: Effect[1] = [path[0], ...path.slice(1, length)];
    const value = readRoot(root, part);
    if (value === ABSENT || Array.isArray(value)) return part;
  }
  return path;
}

/** Leaves out the paths below others. */
function widest(paths: readonly Effect[1][]): readonly Effect[1][] {
  const kept = new Map<string, Effect[1][]>();
  for (const path of paths.toSorted((left, right) => left.length - right.length)) {
    const [key] = path;
    const there = kept.get(key) ?? [];
    if (there.some((wider) => overlaps(wider, path))) continue;
    kept.set(key, [...there, path]);
  }
  return [...kept.values()].flat();
}
