/**
 * Where parts of an application are: an address on a transport.
 *
 * @module
 */

import type { Listening, SharedConfig, TransportUse } from "./feature.ts";
import type { Problem } from "./issues.ts";
import { text } from "./schema.ts";
import type { Fields } from "./session-schema.ts";
import { WILDCARD } from "./taken-addresses.ts";

/** Where something is served, or connected to. */
export interface PlaceConfig {
  /** Default: the application's `address`; to serve at, a fresh one where it has none. */
  readonly address?: string | undefined;
  /** One of `transports`. Default: the application's `transport`. */
  readonly transport?: string | undefined;
}

/** The schemas of a place. */
export const placeFields: Fields<PlaceConfig> = { address: text.optional(), transport: text.optional() };

/** Says which transport a part uses. */
export function useOf(path: readonly string[], { transport }: PlaceConfig): TransportUse {
  return { path: [...path, "transport"], name: transport };
}

/** Says where a part listens. */
export function listeningOf(
  path: readonly string[],
  { address, transport }: PlaceConfig,
  shared: SharedConfig,
): Listening {
  return { path: [...path, "address"], address: address ?? shared.address, transport };
}

/** Complains when a part connects, and nothing says where to, or not quite. */
export function addressProblems(path: readonly string[], config: PlaceConfig, shared: SharedConfig): Problem[] {
  const { address = shared.address } = config;
  const at = [...path, "address"];
  if (address === undefined) {
    return [{ path: at, message: "found nothing; expected text, or an address of the application" }];
  }
  if (!WILDCARD.test(address)) return [];
  return [
    { path: at, message: `found "${address}"; expected an address to connect to: this one is only good to listen at` },
  ];
}
