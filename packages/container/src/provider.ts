/**
 * Objects that the application creates once and closes.
 *
 * @module
 */

import { z } from "zod";
import { injectionToken } from "./schema.ts";
import type { Token } from "./token.ts";

/** Finds what a token stands for. */
export type Resolve = <T>(token: Token<T>) => T;

/** How something is created, once an application, when it is asked for. */
export interface Provider {
  readonly token: Token<unknown>;
  create(resolve: Resolve): unknown;
}

/**
 * Tells how to create what a token stands for, without decorators.
 *
 * It is created when it is first resolved, once an application. If it is
 * `AsyncDisposable` or `Disposable`, the application disposes it, before
 * whatever it was created from.
 *
 * @example
 * ```ts
 * const app = await configure({ providers: [provide(Billing, (resolve) => new Billing(resolve(LOGGER)))] });
 * ```
 */
export function provide<T>(token: Token<T>, create: (resolve: Resolve) => T): Provider {
  return { token, create };
}

/** The schema of a provider. */
export const provider: z.ZodType<Provider> = z.custom<Provider>(
  (value) =>
    z.object({ token: injectionToken, create: z.custom((create) => typeof create === "function") }).safeParse(value)
      .success,
  { error: "what provide(token, create) returns" },
);
