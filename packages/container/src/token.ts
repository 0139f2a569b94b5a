/**
 * The names by which parts of an application are asked for.
 *
 * @module
 */

import type { Logger } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { InjectionToken } from "./injection.ts";

/** What something is resolved by: a class, or a name that knows its type. */
export type Token<T> = InjectionToken<T>;

const PREFIX = "fourwire:";

/**
 * Creates the token of what the configuration has at a path.
 *
 * Two tokens of one path are the same, so they need no place where both sides
 * import them from.
 */
export function tokenOf<T>(path: string): Token<T> {
  return `${PREFIX}${path}`;
}

/** The application's default transport, from the key `transport`. */
export const TRANSPORT: Token<Transport> = tokenOf("transport");

/** The application's logger, from the key `logger`. */
export const LOGGER: Token<Logger> = tokenOf("logger");

/** Creates the token of a transport from the key `transports`. */
export function transportToken(name: string): Token<Transport> {
  return tokenOf(`transports.${name}`);
}

/** Lists the paths of the tokens that a text names. */
export function pathsIn(text: string): string[] {
  return [...text.matchAll(/fourwire:([\w.-]+)/g)].map(([, path = ""]) => path);
}
