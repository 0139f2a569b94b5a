/**
 * Transports that somebody else has described.
 *
 * @module
 */

import type { Recipe, Transport } from "@fourwire/transport";
import { SpawnError } from "./errors.ts";
import { importModule } from "./import-module.ts";

/** Builds a transport. The recipe names code to import, so it has to come over a link that the parent made. */
export async function buildTransport(recipe: Recipe, base: string): Promise<Transport> {
  const factory: unknown = Reflect.get(await importModule(recipe.module, base), recipe.export);
  if (typeof factory !== "function") throw new TypeError(`"${recipe.module}" exports no function "${recipe.export}"`);
  return factory(recipe.options);
}

/** Finds how another process builds a transport. Throws `NO_RECIPE` when it cannot. */
export function requireRecipe({ name, recipe }: Transport): Recipe {
  if (recipe) return recipe;
  const message = `Another process cannot build the transport "${name}" (transport): it has no recipe`;
  throw new SpawnError("NO_RECIPE", message);
}
