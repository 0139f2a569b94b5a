/**
 * Which module a text means, and whether it may be imported.
 *
 * @module
 */

import { realpath } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SpawnError } from "./errors.ts";
import { matchesGlob } from "./glob.ts";

/** A module that was found. */
export interface FoundModule {
  /** What `import` takes: a file's URL, or a package's or built-in module's name. */
  readonly specifier: string;
  /** What allow-lists are matched against: a file's real path, or the name. */
  readonly subject: string;
}

/** A package's name and the way within it, none of whose segments leads out of it. */
const PACKAGE_NAME = /^(@[\w.-]+\/)?[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/**
 * Finds what a specifier means for a module at `base`: a relative or absolute
 * path or a file's URL is that file by its real path, everything else is the
 * name of a package or of a built-in module.
 *
 * With an allow-list, what matches none of its patterns is `NOT_ALLOWED`,
 * whether it exists or not; relative patterns are resolved as specifiers are.
 * Throws `NOT_FOUND` for a file that does not exist, and for what is neither.
 */
export async function findModule(
  specifier: string,
  base: string,
  allow: readonly string[] | undefined,
): Promise<FoundModule> {
  if (isPath(specifier)) return await findFile(new URL(specifier, base), allow, base);
  if (!isBuiltin(specifier) && !PACKAGE_NAME.test(specifier)) throw notFound(specifier.slice(0, 200));
  const subject = isBuiltin(specifier) && !specifier.startsWith("node:") ? `node:${specifier}` : specifier;
  checkAllowed(subject, allow, base);
  return { specifier, subject };
}

/** Throws a `TypeError` for what is no allow-list. */
export function checkAllow(allow: unknown): void {
  if (Array.isArray(allow) && allow.every((pattern) => typeof pattern === "string")) return;
  throw new TypeError("allow is missing: list the modules that may be imported, [] for none");
}

async function findFile(url: URL, allow: readonly string[] | undefined, base: string): Promise<FoundModule> {
  const path = fileURLToPath(url);
  const real = await realpath(path).catch(() => undefined);
  checkAllowed(real ?? path, allow, base);
  if (real === undefined) throw notFound(url.href);
  return { specifier: `${pathToFileURL(real).href}${url.search}`, subject: real };
}

function checkAllowed(subject: string, allow: readonly string[] | undefined, base: string): void {
  if (!allow || allow.some((pattern) => matchesGlob(subject, resolvePattern(pattern, base)))) return;
  throw new SpawnError("NOT_ALLOWED", `"${subject.slice(0, 200)}" is not on the allow-list of this worker`);
}

function isPath(specifier: string): boolean {
  return /^(\.{0,2}\/|file:)/.test(specifier);
}

function notFound(what: string): SpawnError {
  return new SpawnError("NOT_FOUND", `There is no module "${what}"`);
}

function resolvePattern(pattern: string, base: string): string {
  return isPath(pattern) ? decodeURIComponent(new URL(pattern, base).pathname) : pattern;
}
