/**
 * Values held against schemas.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ProxyError, type ValidationIssue } from "./errors.ts";
import { isThenable } from "./thenable.ts";

/** What a check was about, for its error. */
export interface Checked {
  readonly code: "INVALID_ARGUMENTS" | "INVALID_RESULT";
  /** The member's full name. */
  readonly name: string;
  /** Called with what a schema itself throws, which nobody else gets to see. */
  report(error: unknown): void;
}

/** A value, or a promise of it when a schema is asynchronous. */
export type Promisable<Value> = Value | PromiseLike<Value>;

/** The outcome of holding one value against its schema. */
type Verdict = StandardSchemaV1.Result<unknown>;

/** The most issues that an error names, and the most characters of each. */
const MAX_ISSUES = 20;
const MAX_MESSAGE = 300;

/** Goes on with a value at once when it is there, and later when it is promised. */
export function whenThere<Value, Next>(
  value: Promisable<Value>,
  next: (value: Value) => Promisable<Next>,
): Promisable<Next> {
  return isThenable(value) ? value.then(next) : next(value);
}

/**
 * Holds one value against a schema and returns what the schema makes of it.
 *
 * Throws, or rejects with, a `ProxyError` that names the member, and each
 * issue's path and message.
 */
export function validateValue(schema: StandardSchemaV1, value: unknown, checked: Checked): Promisable<unknown> {
  return whenThere(judge(schema, value, checked), (verdict) => {
    if (verdict.issues)
      throw invalid(
        checked,
        verdict.issues.map((issue) => readIssue(issue)),
      );
    return verdict.value;
  });
}

/** Holds each value against the schema at its place, with every issue in one error. A schema's own default fills in what is missing. */
export function validateEach(
  schemas: readonly StandardSchemaV1[],
  values: readonly unknown[],
  checked: Checked,
): Promisable<readonly unknown[]> {
  if (values.length > schemas.length) {
    const message = `takes ${schemas.length} at most, and was given ${values.length}`;
    throw invalid(checked, [{ path: [], message }]);
  }
  const verdicts = schemas.map((schema, index) => judge(schema, values[index], checked));
  const all = verdicts.some(isThenable) ? Promise.all(verdicts) : verdicts.filter(isVerdict);
  return whenThere<readonly Verdict[], readonly unknown[]>(all, (settled) => {
    const issues = settled.flatMap((verdict, index) => (verdict.issues ?? []).map((issue) => readIssue(issue, index)));
    if (issues.length > 0) throw invalid(checked, issues);
    return trim(
      settled.map((verdict) => (verdict.issues ? undefined : verdict.value)),
      values.length,
    );
  });
}

/** Asks a schema. What it throws itself may hold anything, so the caller only hears that it failed. */
function judge(schema: StandardSchemaV1, value: unknown, checked: Checked): Promisable<Verdict> {
  const fail = (error: unknown): never => {
    checked.report(error);
    throw invalid(checked, [{ path: [], message: "could not be checked" }]);
  };
  try {
    const verdict = schema["~standard"].validate(value);
    return isThenable(verdict) ? Promise.resolve(verdict).catch(fail) : verdict;
  } catch (error) {
    return fail(error);
  }
}

function isVerdict(verdict: Promisable<Verdict>): verdict is Verdict {
  return !isThenable(verdict);
}

/** Drops the missing arguments at the end, so that a method's own defaults hold. */
function trim(values: readonly unknown[], given: number): readonly unknown[] {
  let length = values.length;
  while (length > given && values[length - 1] === undefined) length -= 1;
  return values.slice(0, length);
}

function readIssue({ message, path = [] }: StandardSchemaV1.Issue, place?: number): ValidationIssue {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part)).map(readKey);
  const text = message.slice(0, MAX_MESSAGE);
  return { path: place === undefined ? keys : [place, ...keys], message: text };
}

function readKey(key: PropertyKey): string | number {
  return typeof key === "number" ? key : String(key).slice(0, 100);
}

function invalid({ code, name }: Checked, issues: readonly ValidationIssue[]): ProxyError {
  const kept = issues.slice(0, MAX_ISSUES);
  const what = code === "INVALID_ARGUMENTS" ? "was not given what its contract says" : "did not give what it promises";
  const texts = kept.map(({ path, message }) => (path.length > 0 ? `at ${path.join(".")}: ${message}` : message));
  return new ProxyError(code, `"${name}" ${what}: ${texts.join("; ")}`, { issues: kept });
}
