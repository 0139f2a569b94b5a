/**
 * An end that serves from its first moment.
 *
 * @module
 */

import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import { ServedEnd, type ServedEndOptions } from "./served-end.ts";

/** What an end is made of that serves. */
export interface ServingEndpointOptions
  extends ServedEndOptions,
    Omit<EndpointOptions, "root" | "serve" | "isBuiltIn" | "unwrap"> {}

/** Makes an end that serves. */
export function createServingEndpoint({ root, instances, ...options }: ServingEndpointOptions): Endpoint {
  const { exposure, hooks } = options;
  return new Endpoint({
    ...options,
    root: () => instances?.current ?? root,
    isBuiltIn: (value) => exposure.isBuiltIn(value),
    unwrap: (value) => exposure.unwrap(value),
    serve: (parts) => new ServedEnd(parts, { root, exposure, instances, hooks }),
  });
}
