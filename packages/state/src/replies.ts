/**
 * What an authority answers, checked for its shape.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import type { WireChange } from "./filter.ts";
import type { Effect } from "./operation.ts";
import { isCount } from "./operation.ts";
import { readPath } from "./path.ts";

/** `[revision, …]`, as almost every answer is. */
export type Reply = readonly [revision: number, ...rest: unknown[]];

/** Reads an answer that begins with a revision. */
export function readReply(reply: unknown): Reply {
  const [revision, ...rest]: unknown[] = Array.isArray(reply) ? reply : [];
  return isCount(revision) ? [revision, ...rest] : refuse("an answer");
}

/** Reads only the revision that an answer begins with. */
export function readRevision(reply: unknown): number {
  const revision: unknown = Array.isArray(reply) ? reply[0] : undefined;
  return isCount(revision) ? revision : refuse("an answer");
}

/** Reads where a namespace is: `[epoch, revision, oldest]`. */
export function readHead(reply: unknown): readonly [epoch: string, revision: number, oldest: number] {
  const [epoch, revision, oldest]: unknown[] = Array.isArray(reply) ? reply : [];
  return typeof epoch === "string" && isCount(revision) && isCount(oldest)
    ? [epoch, revision, oldest]
    : refuse("a head");
}

/** Reads values by key. */
export function readValues(wire: unknown): Map<string, unknown> {
  if (!(wire instanceof Map)) return refuse("values");
  const values = new Map<string, unknown>();
  for (const [key, value] of wire) values.set(String(key), value);
  return values;
}

/** Reads a change. */
export function readWireChange(wire: unknown): WireChange {
  const [revision, at, by, tag, noop, effects]: unknown[] = Array.isArray(wire) ? wire : [];
  if (!isCount(revision) || typeof at !== "number" || typeof by !== "string") return refuse("a change");
  const list = Array.isArray(effects) ? effects.map(readEffect) : refuse("a change");
  return [revision, at, by, typeof tag === "string" ? tag : undefined, noop === true, list];
}

/** Reads a list of changes. */
export function readWireChanges(wire: unknown): readonly WireChange[] {
  return Array.isArray(wire) ? wire.map(readWireChange) : refuse("changes");
}

function readEffect(wire: unknown): Effect {
  const [kind, path, operand]: unknown[] = Array.isArray(wire) ? wire : [];
  return isCount(kind) ? [kind, readPath(path), operand] : refuse("a change");
}

function refuse(what: string): never {
  throw new StateError("INVALID_VALUE", `The authority sent ${what} that is not of the shape it should have`);
}
