/**
 * Where a value is.
 *
 * @module
 */

import { StateError } from "./errors.ts";

/** One step: the name of a member, or the index of an element. */
export type Segment = string | number;

/** The steps from the namespace to a value. */
export type Path = readonly Segment[];

/** The most steps of a path. */
const MAX_PATH_LENGTH = 64;

/** Names that lead to what all objects share. */
const REFUSED: ReadonlySet<unknown> = new Set(["__proto__", "constructor", "prototype"]);

/** The steps to a value, of which there is one at least: its key. */
export type FullPath = readonly [string, ...Segment[]];

/** Returns a path that came from a peer or a user. Throws `INVALID_PATH` for anything that is none. */
export function readPath(path: unknown): FullPath {
  if (!Array.isArray(path)) throw new StateError("INVALID_PATH", "A path is a list of names and indices");
  if (path.length > MAX_PATH_LENGTH) {
    throw new StateError("INVALID_PATH", `A path has ${MAX_PATH_LENGTH} steps at most; this one has ${path.length}`);
  }
  readKey(path[0]);
  if (!isPath(path)) throw new StateError("INVALID_PATH", "A path begins with a key");
  return path;
}

/** Says whether a path that was read leads to a value, and not to the whole namespace. */
export function isFull(path: Path): path is FullPath {
  return path.length > 0;
}

/** Returns a key of a namespace. Throws `INVALID_PATH` for anything that is none. */
export function readKey(key: unknown): string {
  if (typeof key !== "string") throw new StateError("INVALID_PATH", `A key is text; this one is a ${typeof key}`);
  refuse(key);
  return key;
}

/** Says whether one of two paths leads through the other. */
export function overlaps(left: Path, right: Path): boolean {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    if (String(left[index]) !== String(right[index])) return false;
  }
  return true;
}

/** Writes a path in messages. */
export function showPath(path: Path): string {
  return path.length === 0 ? "the namespace" : `"${path.join("/").slice(0, 200)}"`;
}

/** Says whether all steps are fit to be used. Throws for those that are not. */
function isPath(path: readonly unknown[]): path is FullPath {
  for (let index = 1; index < path.length; index += 1) checkSegment(path[index]);
  return path.length > 0;
}

function checkSegment(segment: unknown): void {
  if (typeof segment === "number" && Number.isSafeInteger(segment) && segment >= 0) return;
  if (typeof segment !== "string") {
    throw new StateError("INVALID_PATH", `A step of a path is text or an index; this one is ${describe(segment)}`);
  }
  refuse(segment);
}

function describe(segment: unknown): string {
  return typeof segment === "number" ? String(segment) : `a ${typeof segment}`;
}

function refuse(name: string): void {
  if (REFUSED.has(name)) throw new StateError("INVALID_PATH", `"${name}" is refused in paths and as a key`);
}
