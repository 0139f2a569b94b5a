/**
 * The members of a namespace, and what changes them.
 *
 * @module
 */

import { type Effect, OperationKind } from "./operation.ts";
import { ABSENT, readIn, writeIn } from "./tree.ts";

/** The values of a namespace by key. Only `applyEffect` and `undoEffect` change it. */
export type Root = Map<string, unknown>;

/** Finds what is at a path, `ABSENT` when nothing is. */
export function readRoot(root: ReadonlyMap<string, unknown>, path: Effect[1]): unknown {
  const [key] = path;
  const value = root.get(key);
  if (value === undefined && !root.has(key)) return ABSENT;
  return path.length === 1 ? value : readIn(value, path, 1);
}

/** Applies an effect and returns what `undoEffect` needs to take it back. */
export function applyEffect(root: Root, effect: Effect): unknown {
  const [kind, path, operand] = effect;
  const before = readRoot(root, path);
  switch (kind) {
    case OperationKind.APPEND: {
      const list: readonly unknown[] = Array.isArray(before) ? before : [];
      writeRoot(root, path, list.concat(operand));
      // The length is enough, and does not keep the list of before alive.
      return before === ABSENT ? ABSENT : list.length;
    }
    case OperationKind.DELETE:
      writeRoot(root, path, ABSENT);
      return before;
    default:
      writeRoot(root, path, operand);
      return before;
  }
}

/** Takes an effect back. */
export function undoEffect(root: Root, [kind, path]: Effect, before: unknown): void {
  // An element that was removed moved those behind it, which go back to where they were.
  if (kind === OperationKind.DELETE && path.length > 1) insertRoot(root, path, before);
  else if (kind === OperationKind.APPEND && before !== ABSENT) shorten(root, path, before);
  else writeRoot(root, path, before);
}

function insertRoot(root: Root, path: Effect[1], value: unknown): void {
  const parentPath: Effect[1] = [path[0], ...path.slice(1, -1)];
  const parent = readRoot(root, parentPath);
  if (Array.isArray(parent)) writeRoot(root, parentPath, parent.toSpliced(Number(path.at(-1)), 0, value));
  else writeRoot(root, path, value);
}

function shorten(root: Root, path: Effect[1], length: unknown): void {
  const list = readRoot(root, path);
  if (Array.isArray(list)) writeRoot(root, path, list.slice(0, Number(length)));
}

function writeRoot(root: Root, path: Effect[1], value: unknown): void {
  const [key] = path;
  const after = path.length === 1 ? value : writeIn(root.has(key) ? root.get(key) : ABSENT, path, 1, value);
  if (after === ABSENT) root.delete(key);
  else root.set(key, after);
}
