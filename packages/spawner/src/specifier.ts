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
 * Throws `NOT_FOUND` for a file that does not exist, and for what is neither.
 */
export async function findModule(specifier: string, base: string): Promise<FoundModule> {
  if (/^(\.{0,2}\/|file:)/.test(specifier)) return await findFile(new URL(specifier, base));
  if (isBuiltin(specifier))
    return { specifier, subject: specifier.startsWith("node:") ? specifier : `node:${specifier}` };
  if (PACKAGE_NAME.test(specifier)) return { specifier, subject: specifier };
  throw new SpawnError("NOT_FOUND", `"${specifier.slice(0, 200)}" is neither a path nor the name of a package`);
}

/**
 * Throws `NOT_ALLOWED` unless a module matches a pattern. Relative patterns of
 * files are resolved against the base as specifiers are.
 */
export function checkAllowed({ subject }: FoundModule, allow: readonly string[], base: string): void {
  const isAllowed = allow.some((pattern) => matchesGlob(subject, resolvePattern(pattern, base)));
  // The same text whether it exists or not: what is not allowed is nobody's to look for.
  if (!isAllowed) throw new SpawnError("NOT_ALLOWED", `"${subject}" is not on the allow-list of this worker`);
}

async function findFile(url: URL): Promise<FoundModule> {
  try {
    const path = await realpath(fileURLToPath(url));
    return { specifier: `${pathToFileURL(path).href}${url.search}`, subject: path };
  } catch (cause) {
    throw new SpawnError("NOT_FOUND", `There is no module at ${url.href}`, { cause });
  }
}

function resolvePattern(pattern: string, base: string): string {
  return /^(\.{0,2}\/|file:)/.test(pattern) ? decodeURIComponent(new URL(pattern, base).pathname) : pattern;
}
