/**
 * Importing for a module elsewhere.
 *
 * @module
 */

import { realpathSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, Script } from "node:vm";

/** Imports what a specifier that was found means for a module at `base`. Rejects with what the module throws. */
export async function importModule(specifier: string, base: string): Promise<object> {
  const isPlain = specifier.startsWith("file:") || isBuiltin(specifier) || isSharedPackage(specifier, base);
  const namespace: unknown = isPlain ? await import(specifier) : await importFrom(specifier, base);
  if (typeof namespace === "object" && namespace !== null) return namespace;
  throw new TypeError(`"${specifier}" is no module`);
}

/** Says whether a package is the same one from here as from the base, so that importing it from here is the same. */
function isSharedPackage(specifier: string, base: string): boolean {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  try {
    const here = fileURLToPath(import.meta.resolve(specifier));
    return here.startsWith(`${findPackage(name, base)}${sep}`);
  } catch {
    // It is not there from here, or from nowhere, which the import will say better.
    return false;
  }
}

function findPackage(name: string, base: string): string | undefined {
  for (const folder of createRequire(base).resolve.paths(name) ?? []) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      // It is in a folder further up, or in none.
    }
  }
  return undefined;
}

/** Imports as a module at the base would. Node warns that the way to do so may change. */
async function importFrom(specifier: string, base: string): Promise<unknown> {
  const filename = fileURLToPath(new URL("import.js", base));
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(`import(${JSON.stringify(specifier)})`, { filename, importModuleDynamically });
  return await script.runInThisContext();
}
