/**
 * Workers that others serve.
 *
 * @module
 */

import { agentOf, type ConnectOptions, connect } from "@fourwire/proxy";
import type { SessionError } from "@fourwire/session";
import { SpawnError } from "./errors.ts";
import type { HostInfo, HostRoot } from "./host-root.ts";
import { createObjectSource, type ObjectSource } from "./worker.ts";

/** How a worker elsewhere is attached to. */
export interface AttachOptions extends Omit<ConnectOptions, "name"> {}

/** A worker elsewhere. Disposing it leaves it running. */
export interface AttachedWorker extends ObjectSource, AsyncDisposable {
  readonly address: string;
  /** What it says about itself. */
  readonly info: HostInfo;
  /** Settles, and never rejects, when the connection is over, with the reason unless this end closed it. */
  readonly closed: Promise<SessionError | undefined>;
  /** Has it stop, if it lets clients do so. Rejects with `NOT_ALLOWED` otherwise. */
  stop(): Promise<void>;
  /** Ends the connection: what this end holds there is let go of. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Attaches to a worker that was served with `serveProcess`, here or on another
 * computer. From Pyacq's `RPCClient`.
 *
 * Rejects with `UNAUTHORIZED` without the right key, with `REFUSED` when nobody
 * listens, or with the signal's reason.
 */
export async function attach(address: string, options: AttachOptions): Promise<AttachedWorker> {
  const errors = { SpawnError, ...options.errors };
  const root = await connect<HostRoot>(address, { ...options, errors });
  const close = async (): Promise<void> => await root[Symbol.asyncDispose]();
  try {
    const info = await root.info();
    return {
      ...createObjectSource(root, () => undefined),
      address,
      info,
      closed: agentOf(root).closed,
      async stop() {
        await root.shutdown();
        await root.leave();
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
