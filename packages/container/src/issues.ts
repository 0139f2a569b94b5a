/**
 * What zod found wrong, in words for whoever wrote the configuration.
 *
 * @module
 */

import type { z } from "zod";
import { nearest } from "./nearest.ts";
import { isPlain, valueAt } from "./plain.ts";
import { isSecretPath, withoutHiddenParts } from "./secrets.ts";

/** One thing that is wrong, before it is known where the value came from. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const LONGEST_SHOWN = 60;

/** The names of types that are not those a reader would use. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "an array",
};

/** Says what is wrong with a value, by path, without showing a secret. */
export function problemsOf(issues: readonly Issue[], input: unknown, at: readonly PropertyKey[] = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const value = valueAt(input, path);
    const inner = issue.code === "invalid_union" ? nearestAlternative(issue.errors, value) : undefined;
    if (inner) return problemsOf(inner, input, path);
    return [{ path, message: messageOf(issue, value, path) }];
  });
}

/** Writes a path as code does. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** Picks the alternative that an object was meant to be, so that the message is about its fields. */
function nearestAlternative(alternatives: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (!isPlain(value)) return undefined;
  return alternatives.find((issues) =>
    issues.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
}

function messageOf(issue: Issue, value: unknown, path: readonly PropertyKey[]): string {
  if (issue.code === "unrecognized_keys") return issue.message;
  if (issue.code === "invalid_key") return "the name is expected to be of letters, digits, _ and - only";
  const found = describe(value, isSecretPath(path));
  if (issue.code === "invalid_type") return `found ${found}; expected ${EXPECTED[issue.expected] ?? issue.expected}`;
  const known = valuesOf(issue);
  const advice = typeof value === "string" ? showNearest(value, known) : "";
  if (issue.code !== "invalid_value") return `found ${found}; expected ${issue.message}${advice}`;
  return `found ${found}; expected ${known.length > 1 ? "one of " : ""}${showNames(known)}${advice}`;
}

/** Lists the values that are allowed by name, also as one alternative of several. */
function valuesOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(valuesOf) : [];
}

/** Names what was found: simple values themselves, of others and of secrets only the kind. */
function describe(value: unknown, isSecret: boolean): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return isPlain(value) ? "an object" : `an instance of ${className(value)}`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (isSecret) return `a ${typeof value} that is not shown`;
  return typeof value === "string" ? showText(value) : String(value);
}

/** Writes names as one reads them in a message. */
export function showNames(names: readonly string[]): string {
  return names.length > 0 ? names.map((name) => JSON.stringify(name)).join(", ") : "none yet";
}

/** Asks whether the nearest name was meant; says nothing when none is near. */
export function showNearest(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}

function showText(value: string): string {
  const shown = withoutHiddenParts(value);
  return JSON.stringify(shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown);
}

function className(value: object): string {
  const made: unknown = Reflect.get(value, "constructor");
  return typeof made === "function" && made.name ? made.name : "an unnamed class";
}
