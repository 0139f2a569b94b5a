/**
 * What is asked of the authority, and what changes by it, as both cross.
 *
 * @module
 */

import { StateError } from "./errors.ts";
import { type Path, readPath, type Segment } from "./path.ts";

/** What an operation does. The first three are also what a change consists of. */
export const OperationKind = {
  SET: 0,
  DELETE: 1,
  APPEND: 2,
  INCREMENT: 3,
  TAKE: 4,
  MERGE: 5,
  CLEAR: 6,
  REPLACE: 7,
  DEFAULT: 8,
} as const;

/** `[kind, path, operand]`, and for a value that does not stay: when it expires, and whether it goes with its owner. */
export type Operation = readonly [
  kind: number,
  path: Path,
  operand?: unknown,
  ttlMs?: number | undefined,
  owned?: boolean | undefined,
];

/** `[kind, path, operand]` of what really changed, and for a value that does not stay: when it expires, and whose it is. */
export type Effect = readonly [
  kind: number,
  path: readonly [string, ...Segment[]],
  operand?: unknown,
  expiresAt?: number | undefined,
  owner?: string | undefined,
];

/** What must hold for a transaction to be applied. */
export const CheckKind = { EQUAL: 0, ABSENT: 1, PRESENT: 2, UNCHANGED: 3, REVISION: 4 } as const;

/** `[kind, path, operand]`: the value, or the revision since which nothing may have changed. */
export type Check = readonly [kind: number, path: Path, operand?: unknown];

/** Reads operations that a peer sent. Throws `INVALID_PATH` or `INVALID_VALUE`. */
export function readOperations(wire: unknown): readonly Operation[] {
  return readList(wire, "operations").map(readOperation);
}

/** Reads checks that a peer sent. Throws as `readOperations`. */
export function readChecks(wire: unknown): readonly Check[] {
  return wire === undefined ? [] : readList(wire, "checks").map(readCheck);
}

/** The most operations of one transaction, and the most checks. */
const MAX_OPERATIONS = 100_000;

function readList(wire: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(wire)) throw new StateError("INVALID_VALUE", `The ${name} are no list`);
  if (wire.length > MAX_OPERATIONS) {
    throw new StateError("LIMIT_EXCEEDED", `A transaction has ${MAX_OPERATIONS} ${name} at most`);
  }
  return wire;
}

function readOperation(wire: unknown): Operation {
  const [kind, path, operand, ttlMs, owned]: unknown[] = Array.isArray(wire) ? wire : [];
  if (!isCount(kind) || kind > OperationKind.DEFAULT) {
    throw new StateError("INVALID_VALUE", `Operation ${String(kind)} is not known`);
  }
  const isWhole = kind === OperationKind.CLEAR || kind === OperationKind.REPLACE || kind === OperationKind.MERGE;
  const checked = isWhole && Array.isArray(path) && path.length === 0 ? [] : readPath(path);
  return [kind, checked, operand, readTtl(ttlMs), owned === true];
}

function readCheck(wire: unknown): Check {
  const [kind, path, operand]: unknown[] = Array.isArray(wire) ? wire : [];
  if (!isCount(kind) || kind > CheckKind.REVISION) {
    throw new StateError("INVALID_VALUE", `Check ${String(kind)} is not known`);
  }
  return [kind, kind === CheckKind.REVISION ? [] : readPath(path), operand];
}

function readTtl(ttlMs: unknown): number | undefined {
  if (ttlMs === undefined) return undefined;
  if (typeof ttlMs === "number" && ttlMs > 0 && Number.isFinite(ttlMs)) return ttlMs;
  throw new StateError("INVALID_VALUE", `ttlMs is ${String(ttlMs)}; expected a number of milliseconds above 0`);
}

/** Says whether a value is a whole number, 0 or more. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
