/**
 * What values a namespace accepts.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Issue, StateError } from "./errors.ts";
import { showPath } from "./path.ts";

/** The schemas of a namespace: anything that speaks Standard Schema, zod for example. They check; what they would change stays as it was sent. */
export interface SchemaOptions {
  /** What the whole namespace must satisfy. It runs over all values at every change: prefer `schemas` for much. */
  readonly schema?: StandardSchemaV1 | undefined;
  /** What the values of single keys must satisfy, by key. */
  readonly schemas?: Readonly<Record<string, StandardSchemaV1>> | undefined;
}

/** Throws `SCHEMA` when the values that changed do not satisfy their schemas. */
export function checkSchemas(
  { schema, schemas }: SchemaOptions,
  root: ReadonlyMap<string, unknown>,
  keys: Iterable<string>,
): void {
  for (const key of schemas ? keys : []) {
    const own = schemas && Object.hasOwn(schemas, key) ? schemas[key] : undefined;
    // A schema that requires a value says so of `undefined`.
    if (own) validate(own, root.get(key), [key]);
  }
  if (schema) validate(schema, Object.fromEntries(root), []);
}

/** Returns the value as the schema gives it back. Throws `SCHEMA`. */
export function validate(schema: StandardSchemaV1, value: unknown, at: readonly (string | number)[]): unknown {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new StateError("SCHEMA", `The schema of ${showPath(at)} is asynchronous; the authority cannot wait for it`);
  }
  if (!result.issues) return result.value;
  const issues = result.issues.map((issue) => readIssue(issue, at));
  const [first] = issues;
  const place = showPath(first?.path ?? at);
  throw new StateError("SCHEMA", `${place} does not satisfy its schema: ${first?.message ?? ""}`, { issues });
}

function readIssue({ message, path = [] }: StandardSchemaV1.Issue, at: readonly (string | number)[]): Issue {
  const steps = path.map((step) => (typeof step === "object" ? step.key : step));
  return { message, path: [...at, ...steps.map((step) => (typeof step === "symbol" ? String(step) : step))] };
}
