/**
 * What a configuration holds that nobody else may read.
 *
 * @module
 */

import { isPlain } from "./plain.ts";

/** The keys whose values are secret, with everything below them; those in capitals are variables of workers. */
const SECRET_KEY =
  /^(key|secret|password|passphrase|credentials?|auth|authorization|cookie|headers|protocols|pfx|url)$|(Key|Secret|Password|Token|Url)$|(^|_)(KEY|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?|TOKEN|URL|DSN)$/;

/** Shorter texts are no secrets, and taking them out would leave no message readable. */
const LEAST_LENGTH = 3;

/** The keys of what is somebody's own object and no configuration, though it may be a literal. */
const OBJECTS: readonly unknown[] = [
  ...["object", "logger", "tracing", "contract", "hooks", "backend", "store", "log", "initial"],
];

const HIDDEN = "[secret]";
const DEEPEST = 12;

/** Says whether what is at a path must not be shown. */
export function isSecretPath(path: readonly PropertyKey[]): boolean {
  return path.some((key) => typeof key === "string" && SECRET_KEY.test(key));
}

/**
 * The secrets of one configuration: what stands under a key such as `key`,
 * `credentials`, `password` or `url`, and of every address the password and the
 * query.
 */
export class Secrets {
  readonly #texts = new Set<string>();

  /** Adds the secrets of a further part of the configuration. */
  collect(value: unknown): void {
    this.#walk(value, []);
  }

  /** Takes the secrets out of a text. */
  redact(text: string): string {
    let redacted = text;
    // The longest first, because a short one may be a part of it.
    for (const secret of [...this.#texts].sort((one, other) => other.length - one.length)) {
      redacted = redacted.replaceAll(secret, HIDDEN);
    }
    return redacted;
  }

  /** Returns an error as it is when no secret is in it, its causes included, or else one that has none. */
  clean(error: unknown): unknown {
    if (!(error instanceof Error)) return typeof error === "string" ? this.redact(error) : this.fields(error);
    return this.#tells(error, 0) ? this.#retell(error, 0) : error;
  }

  /** Takes the secrets out of the fields of a log line. */
  fields(value: unknown, depth = 0): unknown {
    if (this.#texts.size === 0 || depth > DEEPEST) return value;
    if (typeof value === "string") return this.redact(value);
    if (value instanceof Error) return this.clean(value);
    if (!Array.isArray(value) && !isPlain(value)) return value;
    const entries = Object.entries(value);
    const cleaned = entries.map(([key, item]): [string, unknown] => [key, this.fields(item, depth + 1)]);
    if (cleaned.every(([, item], index) => item === entries[index]?.[1])) return value;
    return Array.isArray(value) ? cleaned.map(([, item]) => item) : Object.fromEntries(cleaned);
  }

  #walk(value: unknown, path: readonly string[]): void {
    if (path.length > DEEPEST || OBJECTS.includes(path.at(-1))) return;
    if (typeof value === "string") this.#addText(value, path);
    if (value instanceof Uint8Array) this.#addText(new TextDecoder().decode(value), path);
    if ((!Array.isArray(value) && !isPlain(value)) || isTransport(value)) return;
    for (const [key, item] of Object.entries(value)) this.#walk(item, [...path, key]);
  }

  #addText(text: string, path: readonly string[]): void {
    if (isSecretPath(path)) this.#add(text);
    for (const part of hiddenParts(text)) this.#add(part);
  }

  #add(text: string): void {
    if (text.length >= LEAST_LENGTH) this.#texts.add(text);
  }

  #isIn(text: unknown): boolean {
    return typeof text === "string" && this.redact(text) !== text;
  }

  #tells(error: unknown, depth: number): boolean {
    if (!(error instanceof Error) || depth > DEEPEST) return this.#isIn(error);
    const { message, stack, cause } = error;
    const own = Object.values(error).some((value) => this.#isIn(value) || this.fields(value) !== value);
    if (own || this.#isIn(message) || this.#isIn(stack) || this.#tells(cause, depth + 1)) return true;
    return error instanceof AggregateError && error.errors.some((inner) => this.#tells(inner, depth + 1));
  }

  /** Builds an error that says the same without the secrets: name, code and stack stay, other fields do not. */
  #retell(error: Error, depth: number): Error {
    const { cause } = error;
    const inner = cause instanceof Error && depth < DEEPEST ? this.#retell(cause, depth + 1) : undefined;
    const told = new Error(this.redact(error.message), inner && { cause: inner });
    const code: unknown = Reflect.get(error, "code");
    const fields = { name: error.name, stack: this.redact(error.stack ?? ""), ...(code !== undefined && { code }) };
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(told, name, { value, configurable: true, writable: true, enumerable: name === "code" });
    }
    return told;
  }
}

/** Says whether a value is a transport, whose driver keeps its secrets. */
function isTransport(value: object): boolean {
  return ["connect", "listen"].every(
    (name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === "function",
  );
}

/** Shows a text without the parts of an address that may be secret. */
export function withoutHiddenParts(text: string): string {
  return hiddenParts(text).reduce((shown, part) => shown.replaceAll(part, HIDDEN), text);
}

/** Lists what stands before the host of an address, its password and its query, as they stand there and decoded. */
function hiddenParts(text: string): string[] {
  const [, user = "", query = ""] = /^[a-z][a-z\d+.-]*:\/\/(?:([^/?#]*)@)?[^?]*(?:\?([^#]*))?/i.exec(text) ?? [];
  const [, password = ""] = user.split(/:(.*)/s);
  const parts = [user, password, query, ...query.split("&").map((pair) => pair.replace(/^[^=]*=/, ""))];
  return parts.flatMap((part) => [part, decoded(part)]).filter((part) => part.length >= LEAST_LENGTH);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
