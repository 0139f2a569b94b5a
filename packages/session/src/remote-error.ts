/**
 * A failure at the other end, out and back.
 *
 * @module
 */

import { toError } from "./errors.ts";

/** A class that a received error may become an instance of. */
export interface ErrorClass {
  new (...args: never[]): Error;
  readonly name: string;
}

/** The error classes by the `name` of their errors. */
export type ErrorClasses = ReadonlyMap<string, ErrorClass>;

/**
 * An error that was thrown at the other end.
 *
 * `name`, `message` and `code` are the original's; its own other fields are in
 * `data`, its cause in `cause`. Its stack trace, where the other end shows it,
 * is in `remoteStack` and at the end of `stack`.
 */
export class RemoteError extends Error {
  override readonly name: string;
  readonly code: string | number | undefined;
  readonly remoteStack: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(wire: ErrorParts) {
    super(wire.message, wire.cause === undefined ? undefined : { cause: wire.cause });
    this.name = wire.name;
    this.code = wire.code;
    this.remoteStack = wire.stack;
    this.data = wire.data;
    if (wire.stack !== undefined) this.stack = joinStacks(this.stack, wire.stack);
  }
}

/** The parts of an error that cross. */
export interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly code: string | number | undefined;
  /** Absent unless the sender shows its stack traces. */
  readonly stack: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly cause: unknown;
}

/** `[name, message, code, stack, data, cause]`, on the wire. */
export type WireError = readonly [
  name: string,
  message: string,
  code: string | number | undefined,
  stack: string | undefined,
  data: Readonly<Record<string, unknown>>,
  cause: unknown,
];

/** How errors are written: what may be shown and how their fields are packed. */
export interface ErrorWriting {
  readonly showStack: boolean;
  /** Packs one field, or throws when it does not cross. */
  pack(value: unknown): unknown;
}

/** The most characters of a message or a stack trace that cross. */
const MAX_TEXT = 16_384;
/** The fields that have a place of their own or would change what the object is. */
const OWN_PLACE: ReadonlySet<string> = new Set(["name", "message", "code", "stack", "cause", "__proto__"]);

/** The built-in classes that a received error becomes again. */
const BUILT_IN: readonly ErrorClass[] = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** Adds the built-in error classes to the registered ones. */
export function withBuiltInErrors(registered: Readonly<Record<string, ErrorClass>> = {}): ErrorClasses {
  const builtIn = BUILT_IN.map((type): [string, ErrorClass] => [type.name, type]);
  return new Map([...builtIn, ...Object.entries(registered)]);
}

/**
 * Writes what was thrown as plain data. Never throws: a field that does not cross is left out.
 *
 * What came from a third end goes on as it came: its fields, and the stack of where it was thrown.
 */
export function writeError(thrown: unknown, writing: ErrorWriting): WireError {
  const error = toError(thrown);
  const data: Record<string, unknown> = {};
  for (const [key, value] of readFields(error)) {
    const packed = attempt(() => writing.pack(value));
    if (packed !== undefined) data[key] = packed;
  }
  return [
    readText(error, "name", "Error"),
    readText(error, "message", ""),
    readCode(error),
    writing.showStack ? readStack(error) : undefined,
    data,
    attempt(() => writing.pack(error.cause)),
  ];
}

/** Keeps what identifies an error whose whole text the far end would not accept. */
export function shortenError([name, message, code]: WireError): WireError {
  const short = typeof code === "string" ? code.slice(0, 64) : code;
  return [name.slice(0, 64), message.slice(0, 128), short, undefined, {}, undefined];
}

/** Reads what `writeError` wrote; `undefined` when it is not of that shape. */
export function readError(wire: unknown, classes: ErrorClasses): Error | undefined {
  if (!Array.isArray(wire) || wire.length !== 6) return undefined;
  const [name, message, code, stack, data, cause]: unknown[] = wire;
  if (typeof name !== "string" || typeof message !== "string") return undefined;
  const parts: ErrorParts = {
    name,
    message,
    code: isCode(code) ? code : undefined,
    stack: typeof stack === "string" ? stack : undefined,
    data: isRecord(data) ? data : {},
    cause,
  };
  const type = classes.get(name);
  return type ? restore(type, parts) : new RemoteError(parts);
}

/** Makes an instance of a class without running its constructor, whose arguments did not cross. */
function restore(type: ErrorClass, parts: ErrorParts): Error {
  const error = new Error(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
  Object.setPrototypeOf(error, type.prototype);
  const fields: Record<string, unknown> = { ...parts.data, remoteStack: parts.stack };
  if (parts.code !== undefined) fields.code = parts.code;
  if (error.name !== parts.name) fields.name = parts.name;
  for (const [key, value] of Object.entries(fields)) {
    const enumerable = key !== "remoteStack" && key !== "name";
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }
  if (parts.stack !== undefined) error.stack = joinStacks(error.stack, parts.stack);
  return error;
}

function joinStacks(local: string | undefined, remote: string): string {
  return `${local ?? ""}\n  at the other end:\n${remote}`;
}

function readFields(error: Error): [string, unknown][] {
  const fields = error instanceof RemoteError ? error.data : error;
  return attempt(() => Object.entries(fields).filter(([key]) => !OWN_PLACE.has(key))) ?? [];
}

function readStack(error: Error): string | undefined {
  if (error instanceof RemoteError) return error.remoteStack;
  const remote: unknown = attempt(() => Object.getOwnPropertyDescriptor(error, "remoteStack")?.value);
  return typeof remote === "string" ? remote.slice(0, MAX_TEXT) : readText(error, "stack", "");
}

function readText(error: Error, field: "name" | "message" | "stack", otherwise: string): string {
  const text = attempt(() => error[field]);
  return typeof text === "string" ? text.slice(0, MAX_TEXT) : otherwise;
}

function readCode(error: Error): string | number | undefined {
  const code: unknown = attempt(() => ("code" in error ? error.code : undefined));
  return typeof code === "string" ? code.slice(0, MAX_TEXT) : isCode(code) ? code : undefined;
}

/** Errors may have fields that throw when read; they must not hide the error itself. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isCode(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
