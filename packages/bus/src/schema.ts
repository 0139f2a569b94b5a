/**
 * Data checked by anything that speaks Standard Schema: zod, valibot, arktype.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { BusError } from "./errors.ts";

/** A validator of any library that speaks Standard Schema, version 1. */
export type Schema<Input, Output = Input> = StandardSchemaV1<Input, Output>;

/**
 * Checks data and returns what the schema makes of it, at once unless the
 * schema is asynchronous. Throws or rejects with `INVALID_DATA`.
 */
export function check<Output>(
  schema: Schema<unknown, Output> | undefined,
  data: unknown,
  what: string,
): Output | Promise<Output> {
  // Without a schema, the type is what the users of both ends have agreed on.
  if (!schema) return data as Output;
  const result = schema["~standard"].validate(data);
  if (result instanceof Promise) return result.then((settled) => read(settled, what));
  return read(result, what);
}

function read<Output>(result: StandardSchemaV1.Result<Output>, what: string): Output {
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => ({ message, path: path.map(nameOf).join(".") }));
  const [first] = issues;
  const place = first?.path ? ` at ${first.path}` : "";
  throw new BusError(
    "INVALID_DATA",
    `${what} does not fit its schema${place}: ${first?.message ?? "no reason given"}`,
    {
      issues,
    },
  );
}

function nameOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === "object" ? segment.key : segment);
}
