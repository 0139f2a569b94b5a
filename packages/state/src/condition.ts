/**
 * Conditions that the authority evaluates: plain data, no code.
 *
 * @module
 */

import { dequal } from "dequal";
import { readRoot } from "./effects.ts";
import { StateError } from "./errors.ts";
import { type FullPath, type Path, readPath } from "./path.ts";
import { isRecord } from "./transaction.ts";
import { ABSENT } from "./tree.ts";

/** A condition on one value. */
export interface ValueCondition {
  readonly is: "equal" | "in" | "above" | "below" | "present" | "truthy";
  readonly path: Path;
  readonly value?: unknown;
}

/** A condition that the authority evaluates at every revision. Made with `where`, `all`, `any`, `not`. */
export type Condition =
  | ValueCondition
  | { readonly is: "all" | "any"; readonly conditions: readonly Condition[] }
  | { readonly is: "not"; readonly condition: Condition };

/** The most conditions within one. */
const MAX_CONDITIONS = 1_000;

/** The conditions on one value; what a missing value means stands at each. */
export interface Where {
  /** It is there and deeply equal. */
  equals(value: unknown): Condition;
  /** It is missing, or not equal. */
  notEquals(value: unknown): Condition;
  /** It is there and equal to one of those. */
  isIn(values: readonly unknown[]): Condition;
  /** It is there, of the same type (number, bigint or text), and larger. */
  isAbove(value: number | bigint | string): Condition;
  /** It is there, of the same type (number, bigint or text), and smaller. */
  isBelow(value: number | bigint | string): Condition;
  /** It is there, be it `null` or `undefined`. */
  isPresent(): Condition;
  /** It is missing. */
  isAbsent(): Condition;
  /** It is there and `null`. */
  isNull(): Condition;
  /** It is missing, or anything but `null`. */
  isNotNull(): Condition;
  /** It is there and truthy. */
  isTruthy(): Condition;
  /** It is missing or falsy. */
  isFalsy(): Condition;
}

/** Begins a condition on the value at a path. */
export function where(...path: readonly [string, ...Path]): Where {
  const value = (is: ValueCondition["is"], operand?: unknown): Condition => ({ is, path, value: operand });
  return {
    equals: (operand) => value("equal", operand),
    notEquals: (operand) => not(value("equal", operand)),
    isIn: (operands) => value("in", operands),
    isAbove: (operand) => value("above", operand),
    isBelow: (operand) => value("below", operand),
    isPresent: () => value("present"),
    isAbsent: () => not(value("present")),
    isNull: () => value("equal", null),
    isNotNull: () => not(value("equal", null)),
    isTruthy: () => value("truthy"),
    isFalsy: () => not(value("truthy")),
  };
}

/** Holds when all of the conditions hold. */
export function all(...conditions: readonly Condition[]): Condition {
  return { is: "all", conditions };
}

/** Holds when one of the conditions holds. */
export function any(...conditions: readonly Condition[]): Condition {
  return { is: "any", conditions };
}

/** Holds when the condition does not. */
export function not(condition: Condition): Condition {
  return { is: "not", condition };
}

/** Says whether a condition holds for these values. */
export function holds(condition: Condition, root: ReadonlyMap<string, unknown>): boolean {
  switch (condition.is) {
    case "all":
      return condition.conditions.every((each) => holds(each, root));
    case "any":
      return condition.conditions.some((each) => holds(each, root));
    case "not":
      return !holds(condition.condition, root);
    default:
      return holdsForValue(condition, readRoot(root, readPath(condition.path)));
  }
}

/** Lists the keys that a condition looks at. */
export function keysOf(condition: Condition): ReadonlySet<string> {
  return new Set(pathsOf(condition).map(([key]) => key));
}

/** Lists the paths that a condition looks at. */
export function pathsOf(condition: Condition): readonly FullPath[] {
  if (condition.is === "not") return pathsOf(condition.condition);
  if ("conditions" in condition) return condition.conditions.flatMap(pathsOf);
  return [readPath(condition.path)];
}

/** Reads a condition that a peer sent. Throws `INVALID_VALUE` or `INVALID_PATH`. */
export function readCondition(wire: unknown): Condition {
  return new Reader().read(wire);
}

class Reader {
  #left = MAX_CONDITIONS;

  read(wire: unknown): Condition {
    this.#left -= 1;
    if (this.#left < 0) {
      throw new StateError("LIMIT_EXCEEDED", `A condition has ${MAX_CONDITIONS} parts at most (MAX_CONDITIONS)`);
    }
    if (!isRecord(wire)) throw new StateError("INVALID_VALUE", "A condition is made with where, all, any, not");
    const { is, conditions, condition, path, value } = wire;
    if (is === "not") return { is, condition: this.read(condition) };
    if (is === "all" || is === "any") {
      return { is, conditions: (Array.isArray(conditions) ? conditions : []).map((each) => this.read(each)) };
    }
    if (!isValueTest(is)) throw new StateError("INVALID_VALUE", `Condition "${String(is)}" is not known`);
    return { is, path: readPath(path), value };
  }
}

function isValueTest(is: unknown): is is ValueCondition["is"] {
  return ["equal", "in", "above", "below", "present", "truthy"].some((known) => known === is);
}

function holdsForValue({ is, value: operand }: ValueCondition, value: unknown): boolean {
  if (value === ABSENT) return false;
  switch (is) {
    case "equal":
      return dequal(value, operand);
    case "in":
      return Array.isArray(operand) && operand.some((each) => dequal(value, each));
    case "present":
      return true;
    case "truthy":
      return Boolean(value);
    default:
      return is === "above" ? isLess(operand, value) : isLess(value, operand);
  }
}

function isLess(left: unknown, right: unknown): boolean {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "bigint" && typeof right === "bigint") return left < right;
  return typeof left === "string" && typeof right === "string" && left < right;
}
