/**
 * An end that serves from its first moment.
 *
 * @module
 */

import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import { HandOverEnd, type HandOverSeat } from "./hand-over/end.ts";
import { Holder } from "./hand-over/holder.ts";
import { ServedEnd, type ServedEndOptions } from "./served-end.ts";

/** What an end is made of that serves. */
export interface ServingEndpointOptions
  extends ServedEndOptions,
    Omit<EndpointOptions, "root" | "serve" | "hand" | "isBuiltIn" | "unwrap"> {
  /** Where it takes part in hand-overs. Default: nowhere, others' things are relayed. */
  readonly seat?: HandOverSeat | undefined;
}

/** Makes an end that serves. */
export function createServingEndpoint({ root, instances, seat, ...options }: ServingEndpointOptions): Endpoint {
  const { exposure, hooks } = options;
  const handedRoot = instances ? undefined : root;
  return new Endpoint({
    ...options,
    root: () => instances?.current ?? root,
    isBuiltIn: (value) => exposure.isBuiltIn(value),
    unwrap: (value) => exposure.unwrap(value),
    hand: (endpoint) =>
      seat
        ? new HandOverEnd(endpoint, { seat, rules: exposure, hooks, root: handedRoot })
        : new Holder(endpoint, { offers: false }),
    serve: (parts) => new ServedEnd(parts, { root, exposure, instances, hooks }),
  });
}
