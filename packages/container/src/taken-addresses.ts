/**
 * Addresses at which two parts of one application would listen.
 *
 * @module
 */

import type { PlannedFeature } from "./feature.ts";
import { type Problem, showPath } from "./issues.ts";
import { withoutHiddenParts } from "./secrets.ts";

/** Addresses that become another at every use: any port, any path. */
export const WILDCARD: RegExp = /^\w+:\/\/(.*:(0|\*)(\/.*)?|\*)$/;

/** Finds the places that listen where another of the application does already. */
export function takenAddresses(planned: readonly PlannedFeature[]): Problem[] {
  const taken = new Map<string, string>();
  const places = planned.flatMap(({ feature, plan }) =>
    (plan.listens ?? []).map((place) => ({ ...place, path: [feature.key, ...place.path] })),
  );
  return places.flatMap(({ path, address, transport = "" }): Problem[] => {
    if (address === undefined || WILDCARD.test(address)) return [];
    const key = JSON.stringify([transport, address]);
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, showPath(path.slice(0, -1)));
      return [];
    }
    const message = `found ${JSON.stringify(withoutHiddenParts(address))}; expected an address of its own, as ${other} is at this one`;
    return [{ path, message }];
  });
}
