/**
 * What configurations are checked with: strict objects that know their keys, and values that no JSON holds.
 *
 * @module
 */

import { z } from "zod";
import { nearest } from "./nearest.ts";
import type { Token } from "./token.ts";

/** Creates the schema of an object with exactly these keys: another is an error, which names the nearest known one. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? unknownKeys(issue.keys, known) : undefined),
  });
}

/** Creates the schema of an object whose keys are names that the user chooses. */
export function namesOf<Value extends z.ZodType>(value: Value): z.ZodRecord<z.ZodString, Value> {
  return z.record(z.string().regex(/^[\w-]+$/), value);
}

/** Creates the schema of a function of some type, which nobody can check. */
export function functionOf<Type>(): z.ZodType<Type> {
  return z.custom<Type>((value) => typeof value === "function", { error: "a function" });
}

/** Creates the schema of an object that has certain methods. */
export function withMethods<Type>(expected: string, names: readonly string[]): z.ZodType<Type> {
  return z.custom<Type>((value) => hasMethods(value, names), { error: expected });
}

/** A time in which something must be over, `Infinity` included, which no schema of zod for numbers lets pass. */
export const timeMs: z.ZodType<number> = z.custom<number>((value) => typeof value === "number" && value > 0, {
  error: "a number of milliseconds above 0",
});

/** A time that may be none at all. */
export const delayMs: z.ZodType<number> = z.custom<number>((value) => typeof value === "number" && value >= 0, {
  error: "a number of milliseconds, 0 or more",
});

/** A number of things. */
export const count: z.ZodType<number> = z.custom<number>((value) => Number.isSafeInteger(value) && Number(value) > 0, {
  error: "a whole number above 0",
});

/** A text with something in it. */
export const text: z.ZodType<string> = z.string().min(1, { error: "a text that is not empty" });

/** What something can be resolved by. */
export const injectionToken: z.ZodType<Token<object>> = z.custom<Token<object>>(
  (value) => ["function", "symbol", "string"].includes(typeof value) || isDelayed(value),
  { error: "a class or a token" },
);

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}

/** Says whether a value is what `delay` returns. */
function isDelayed(value: unknown): boolean {
  return hasMethods(value, ["createProxy"]);
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys.map((key) => unknownKey(key, known)).join("; ");
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const advice = meant ? `did you mean "${meant}"?` : `known here: ${known.join(", ")}`;
  return `unknown key "${key}"; ${advice}`;
}
