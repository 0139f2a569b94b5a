/**
 * Serving a worker over a link.
 *
 * @module
 */

import { type ServedHooks, type ServeOptions, type Server, serve } from "@fourwire/proxy";
import type { LimitOptions } from "@fourwire/session";
import { SpawnError } from "./errors.ts";
import type { HostRoot } from "./host-root.ts";

/**
 * What may wait for a parent that does not read: answers to many calls at once
 * are not lost, as a worker has nobody else to answer to.
 */
export const PRIVATE_LIMITS: LimitOptions = { maxQueuedBytes: 256 * 1024 * 1024 };

/** What is served of a worker, and how it takes part. */
export interface ServedHost {
  readonly root: HostRoot;
  readonly hooks: ServedHooks;
  readonly onError: (error: Error) => void;
}

/** Serves a worker. Over a private link nothing but the link says whether the far end lives. */
export function serveHost(host: ServedHost, address: string | undefined, options: ServeOptions): Promise<Server> {
  const { root, hooks, onError } = host;
  const errors = { SpawnError, ...options.errors };
  return serve(root, address, { heartbeat: false, onError, ...options, hooks, errors });
}
