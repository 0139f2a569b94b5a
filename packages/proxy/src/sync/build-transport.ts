/**
 * Transports built from their recipes.
 *
 * @module
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Recipe, type Transport, TransportError } from "@fourwire/transport";

/** Builds the transport of a recipe. Rejects with `NO_RECIPE`, naming what to install or which part of the recipe is wrong. */
export async function buildTransport(recipe: Recipe): Promise<Transport> {
  const module = await importModule(recipe.module);
  const factory: unknown = Reflect.get(module, recipe.export);
  const transport: unknown = typeof factory === "function" ? factory(recipe.options) : undefined;
  if (isTransport(transport)) return transport;
  throw new TransportError("NO_RECIPE", `"${recipe.export}" of "${recipe.module}" makes no transport`);
}

/** Imports a module, which may be installed beside this package or where the program runs. */
async function importModule(name: string): Promise<object> {
  try {
    return await import(name);
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
  }
  const program = createRequire(join(process.cwd(), "program.js"));
  let path: string;
  try {
    path = program.resolve(name);
  } catch (cause) {
    const message = `"${name}" is not installed: npm install ${name}, or give the option transport`;
    throw new TransportError("NO_RECIPE", message, { cause });
  }
  return await import(pathToFileURL(path).href);
}

/** Says whether it is this module that is missing, and not one that it imports. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes(`'${name}'`);
}

function isTransport(value: unknown): value is Transport {
  return typeof value === "object" && value !== null && "connect" in value && "close" in value;
}
