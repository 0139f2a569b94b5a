// @ts-check
// @ts-expect-error Comlink has types for the adapter, but not at a path that goes with this one.
import adapter from "comlink/dist/esm/node-adapter.mjs";

/**
 * Makes a worker, or a worker's port to its parent, an endpoint for Comlink.
 *
 * @param {import("node:worker_threads").Worker | import("node:worker_threads").MessagePort} end
 * @returns {import("comlink").Endpoint}
 */
export function toEndpoint(end) {
  return adapter(end);
}
