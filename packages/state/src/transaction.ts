/**
 * One transaction at the authority: all of it is applied, or nothing.
 *
 * @module
 */

import { dequal } from "dequal";
import { applyEffect, type Root, readRoot, undoEffect } from "./effects.ts";
import { StateError } from "./errors.ts";
import { type Check, CheckKind, type Effect, type Operation, OperationKind } from "./operation.ts";
import { type FullPath, isFull, readKey, readPath, type Segment, showPath } from "./path.ts";
import { ABSENT } from "./tree.ts";

/** What a transaction needs to know beside the values. */
export interface TransactionContext {
  /** The revision before it. */
  readonly revision: number;
  /** The time of the authority, in ms since 1970. */
  readonly now: number;
  /** Whoever asked: values that are owned are theirs. */
  readonly by: string;
  /** Finds the last revision that touched a key; `undefined` when the log no longer knows. */
  lastTouched(key: string, since: number): number | undefined;
  /** Says whether the value at a path does not stay by itself. */
  isLeased(path: Effect[1]): boolean;
}

/** The effects of operations, applied one after the other to the values of a namespace. */
export class Transaction {
  readonly effects: Effect[] = [];
  readonly undo: unknown[] = [];
  /** What was asked for although it was so already. */
  readonly unchanged: Effect[] = [];
  readonly #root: Root;
  readonly #context: TransactionContext;

  constructor(root: Root, context: TransactionContext) {
    this.#root = root;
    this.#context = context;
  }

  /** The keys that changed, each once. */
  get keys(): ReadonlySet<string> {
    return new Set(this.effects.map(([, [key]]) => key));
  }

  /** Returns the index of the first check that does not hold, `-1` when all do. */
  firstFailed(checks: readonly Check[]): number {
    return checks.findIndex((check) => !this.#holds(check));
  }

  /** Applies an operation and returns its result. Throws without having changed anything by it. */
  run([kind, path, operand, ttlMs, owned]: Operation): unknown {
    if (!isFull(path)) return this.#runWhole(kind, operand);
    switch (kind) {
      case OperationKind.SET:
        return this.#set(path, operand, ttlMs, owned);
      case OperationKind.DELETE:
        return this.#delete(path) !== ABSENT;
      case OperationKind.TAKE:
        return toList(this.#delete(path));
      case OperationKind.APPEND:
        return this.#append(path, operand);
      case OperationKind.INCREMENT:
        return this.#increment(path, operand);
      case OperationKind.DEFAULT:
        return this.#default(path, operand);
      default:
        return this.#merge(path, operand);
    }
  }

  /** Takes back everything. */
  rollBack(): void {
    for (let index = this.effects.length - 1; index >= 0; index -= 1) {
      const effect = this.effects[index];
      if (effect) undoEffect(this.#root, effect, this.undo[index]);
    }
  }

  #holds([kind, path, operand]: Check): boolean {
    const { revision, lastTouched } = this.#context;
    if (kind === CheckKind.REVISION) return operand === revision;
    const full = readPath(path);
    const value = readRoot(this.#root, full);
    switch (kind) {
      case CheckKind.EQUAL:
        return dequal(value, operand);
      case CheckKind.ABSENT:
        return value === ABSENT;
      case CheckKind.PRESENT:
        return value !== ABSENT;
      default: {
        const since = typeof operand === "number" ? operand : 0;
        const touched = lastTouched(full[0], since);
        return touched !== undefined && touched <= since;
      }
    }
  }

  #runWhole(kind: number, operand: unknown): unknown {
    if (kind === OperationKind.MERGE) return this.#mergeFields([], fieldsOf(operand));
    const fields = kind === OperationKind.CLEAR ? {} : fieldsOf(operand);
    for (const key of [...this.#root.keys()]) if (!Object.hasOwn(fields, key)) this.#delete([key]);
    return this.#mergeFields([], fields);
  }

  #set(path: FullPath, value: unknown, ttlMs?: number, owned?: boolean): undefined {
    const { now, by } = this.#context;
    if (ttlMs !== undefined || owned) {
      const expiresAt = ttlMs === undefined ? undefined : now + ttlMs;
      this.#apply([OperationKind.SET, path, value, expiresAt, owned ? by : undefined]);
    } else {
      this.#setPlain([OperationKind.SET, path, value]);
    }
    return undefined;
  }

  #setPlain(effect: Effect): void {
    const [, path, value] = effect;
    const before = readRoot(this.#root, path);
    // What would no longer expire, or no longer go with its owner, changes even if its value does not.
    if (before !== ABSENT && !this.#context.isLeased(path) && dequal(before, value)) this.unchanged.push(effect);
    else this.#apply(effect);
  }

  #delete(path: FullPath): unknown {
    const before = readRoot(this.#root, path);
    if (before !== ABSENT) this.#apply([OperationKind.DELETE, path]);
    return before;
  }

  #append(path: FullPath, values: unknown): number {
    const before = readRoot(this.#root, path);
    if (!Array.isArray(values) || !(before === ABSENT || Array.isArray(before))) {
      throw new StateError("INVALID_VALUE", `${showPath(path)} is no list that could be appended to`);
    }
    if (values.length > 0) this.#apply([OperationKind.APPEND, path, values]);
    return values.length + (Array.isArray(before) ? before.length : 0);
  }

  #increment(path: FullPath, by: unknown): unknown {
    const before = readRoot(this.#root, path);
    const after = add(before === ABSENT ? undefined : before, by);
    if (after === undefined) throw new StateError("INVALID_VALUE", `${showPath(path)} cannot be incremented by that`);
    this.#set(path, after);
    return after;
  }

  #default(path: FullPath, value: unknown): unknown {
    const before = readRoot(this.#root, path);
    if (before !== ABSENT) return before;
    this.#set(path, value);
    return value;
  }

  #merge(path: FullPath, fields: unknown): undefined {
    const read = fieldsOf(fields);
    if (readRoot(this.#root, path) === ABSENT) return this.#set(path, read);
    return this.#mergeFields(path, read);
  }

  #mergeFields(path: readonly Segment[], fields: Readonly<Record<string, unknown>>): undefined {
    for (const [key, value] of Object.entries(fields)) this.#set(readPath([...path, readKey(key)]), value);
    return undefined;
  }

  #apply(effect: Effect): void {
    const before = applyEffect(this.#root, effect);
    this.effects.push(effect);
    this.undo.push(before);
  }
}

/** A value that may be missing, as it crosses. */
function toList(value: unknown): readonly unknown[] {
  return value === ABSENT ? [] : [value];
}

function add(before: unknown, by: unknown): number | bigint | undefined {
  if (typeof by === "bigint") {
    if (before === undefined) return by;
    return typeof before === "bigint" ? before + by : undefined;
  }
  if (typeof by !== "number") return undefined;
  if (before === undefined) return by;
  return typeof before === "number" ? before + by : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new StateError("INVALID_VALUE", "Only an object with named values can be merged or replace all");
}

/** Says whether a value is a plain object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
