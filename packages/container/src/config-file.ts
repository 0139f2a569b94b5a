/**
 * The configuration that stands in a file.
 *
 * @module
 */

import { access, readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ContainerError, invalidConfig } from "./errors.ts";
import { isPlain } from "./plain.ts";

/** What a file says, and which one. */
export interface FileConfig {
  readonly name: string;
  readonly config: Record<string, unknown>;
}

const NAMES = ["fourwire.config.js", "fourwire.config.json"];

/**
 * Reads the named file, or the one of the usual name in a directory, if it is
 * there.
 *
 * Throws `CONFIG_INVALID` when the named one is missing, when both usual ones
 * are there, or when it holds no object. What is in the file is never repeated.
 */
export async function readConfigFile(named: string | undefined, directory: string): Promise<FileConfig | undefined> {
  const found = named ? [named] : await presentIn(directory);
  const [name, second] = found;
  if (!name) return undefined;
  if (second) throw refuse(name, `there is a ${second} beside it; keep one of the two`);
  const path = resolve(directory, name);
  if (named && !(await isThere(path))) throw refuse(name, "there is no such file");
  const config = path.endsWith(".json") ? await readJson(path) : await readModule(path);
  if (!isPlain(config)) throw refuse(name, "expected an object, in a module as the default export");
  return { name: basename(name), config };
}

async function presentIn(directory: string): Promise<string[]> {
  const present = await Promise.all(NAMES.map((name) => isThere(resolve(directory, name))));
  return NAMES.filter((_, index) => present[index]);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, whose message repeats a part of the file.
    throw refuse(basename(path), "this is not JSON");
  }
}

async function readModule(path: string): Promise<unknown> {
  try {
    const module: object = await import(/* @vite-ignore */ pathToFileURL(path).href);
    return Reflect.get(module, "default");
  } catch (cause) {
    // The stack of a syntax error repeats a line of the file.
    if (cause instanceof SyntaxError) throw refuse(basename(path), "this is not JavaScript");
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    const told = `The configuration is not valid:\n  ${basename(path)} failed: ${name}: ${message}`;
    throw new ContainerError("CONFIG_INVALID", told, { cause });
  }
}

function refuse(name: string, message: string): ContainerError {
  return invalidConfig([{ path: "", message, source: basename(name) }]);
}
