/**
 * Serving a worker over a link.
 *
 * @module
 */

import { type ServeOptions, type Server, serve } from "@fourwire/proxy";
import { SpawnError } from "./errors.ts";
import type { Host } from "./host.ts";

/** Serves a worker. Over a private link nothing but the link says whether the far end lives. */
export function serveHost(host: Host, address: string | undefined, options: ServeOptions): Promise<Server> {
  const { root, hooks, onError } = host;
  const errors = { SpawnError, ...options.errors };
  return serve(root, address, { heartbeat: false, onError, ...options, hooks, errors });
}
