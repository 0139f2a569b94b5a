/**
 * Instances of classes that are named.
 *
 * @module
 */

import { whileImporting } from "./during-import.ts";
import { SpawnError } from "./errors.ts";
import { importModule } from "./import-module.ts";
import { findModule } from "./specifier.ts";

/** Finds an export of a module, and the module if need be. Throws `NOT_FOUND`, `NOT_ALLOWED`, or what the module throws. */
export async function findExport(
  specifier: string,
  name: string,
  base: string,
  allow: readonly string[] | undefined,
): Promise<(...args: unknown[]) => unknown> {
  const found = await findModule(specifier, base, allow);
  const namespace = await whileImporting(found.subject, () => importModule(found.specifier, base));
  const value: unknown = name.startsWith("_") ? undefined : Reflect.get(namespace, name);
  if (isFunction(value)) return value;
  throw new SpawnError("NOT_FOUND", `"${specifier}" exports no class or function "${name}"`);
}

/** Makes an instance of `module#Class`, or of the default export of `module`. */
export async function constructNamed(
  target: string,
  args: readonly unknown[],
  base: string,
  allow: readonly string[] | undefined,
): Promise<object> {
  const [specifier = "", name = "default"] = target.split("#");
  return Reflect.construct(await findExport(specifier, name, base, allow), args);
}

function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === "function";
}
