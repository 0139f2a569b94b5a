/**
 * Values that never change: a change makes new ones along its path and shares
 * the rest.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import { type Path, type Segment, showPath } from "./path.ts";

/** Stands for a member that is not there, which is not the same as one that is `undefined`. */
export const ABSENT: unique symbol = Symbol("absent");

type Container = readonly unknown[] | ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;

/** Finds what is at a path, or a part of one, below a value; `ABSENT` when nothing is. */
export function readIn(value: unknown, path: Path, from = 0, to: number = path.length): unknown {
  let found = value;
  for (let index = from; index < to && found !== ABSENT; index += 1) {
    const segment = path[index];
    found = segment !== undefined && isContainer(found) ? memberOf(found, segment) : ABSENT;
  }
  return found;
}

/** Returns the value with another one at a path below it, or without it for `ABSENT`. Throws `INVALID_PATH` when nothing can have that member. */
export function writeIn(value: unknown, path: Path, from: number, member: unknown): unknown {
  const segment = path[from];
  if (segment === undefined) return member;
  if (!isContainer(value)) {
    throw new StateError(
      "INVALID_PATH",
      `${showPath(path.slice(0, from))} has no members, so nothing is at ${showPath(path)}`,
    );
  }
  const before = memberOf(value, segment);
  const after = from + 1 === path.length ? member : writeIn(before, path, from + 1, member);
  if (after === ABSENT) return before === ABSENT ? value : withoutMember(value, segment);
  return withMember(value, segment, after, path);
}

/** Says whether a value has members that paths lead to. */
function isContainer(value: unknown): value is Container {
  if (typeof value !== "object" || value === null) return false;
  return !(value instanceof Date || value instanceof Set || value instanceof Error || ArrayBuffer.isView(value));
}

/** Lists what the members of a value are called: the fields of an object, the keys of a Map, the indices of an array. */
export function membersOf(value: unknown): unknown[] {
  if (!isContainer(value)) return [];
  if (isMap(value)) return [...value.keys()];
  return isArray(value) ? [...value.keys()] : Object.keys(value);
}

/** Estimates the memory that a value takes, in bytes. */
export function weigh(value: unknown): number {
  if (typeof value === "string") return 24 + 2 * value.length;
  if (typeof value !== "object" || value === null) return 16;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  let bytes = 48;
  for (const part of partsOf(value)) bytes += weigh(part);
  return bytes;
}

function partsOf(value: object): Iterable<unknown> {
  if (isMap(value)) return [...value].flat();
  if (value instanceof Set || Array.isArray(value)) return value;
  return Object.entries(value).flat();
}

function memberOf(container: Container, segment: Segment): unknown {
  if (isMap(container)) return container.has(segment) ? container.get(segment) : ABSENT;
  if (isArray(container)) {
    const index = indexOf(segment);
    return index !== undefined && index < container.length ? container[index] : ABSENT;
  }
  return Object.hasOwn(container, segment) ? container[segment] : ABSENT;
}

function withMember(container: Container, segment: Segment, member: unknown, path: Path): Container {
  if (isMap(container)) return new Map(container).set(segment, member);
  if (!isArray(container)) return { ...container, [segment]: member };
  const index = indexOf(segment);
  if (index === undefined || index > container.length) {
    throw new StateError("INVALID_PATH", `The list of ${container.length} has no place for ${showPath(path)}`);
  }
  return index === container.length ? [...container, member] : container.with(index, member);
}

/** An element that goes moves those behind it. */
function withoutMember(container: Container, segment: Segment): Container {
  if (isMap(container)) return new Map([...container].filter(([key]) => key !== segment));
  if (isArray(container)) return container.toSpliced(Number(segment), 1);
  const { [segment]: _, ...rest } = container;
  return rest;
}

/** Finds the index that a step stands for, in its one way of being written: no two steps lead to the same element. */
function indexOf(segment: Segment): number | undefined {
  const index = Number(segment);
  return Number.isSafeInteger(index) && index >= 0 && String(index) === String(segment) ? index : undefined;
}

function isMap(value: object): value is ReadonlyMap<unknown, unknown> {
  return value instanceof Map;
}

function isArray(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}
