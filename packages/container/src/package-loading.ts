/**
 * The packages of features, loaded only when they are configured.
 *
 * @module
 */

import { ContainerError } from "./errors.ts";

/**
 * Waits for a feature's package to be imported. Rejects with `NOT_INSTALLED`,
 * and what to install, when it cannot be.
 */
export async function loadPackage<Module>(key: string, name: string, importing: Promise<Module>): Promise<Module> {
  return await importing.catch((cause: unknown) => {
    const message = `"${key}" is configured, whose package could not be loaded: npm install ${name}`;
    throw new ContainerError("NOT_INSTALLED", message, { path: key, cause });
  });
}
