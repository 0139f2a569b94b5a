/**
 * The end that has the state.
 *
 * @module
 */

import {
  type Session,
  type ServeOptions as SessionServeOptions,
  type SessionServer,
  serveSessions,
} from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { Authority, type NamespaceSettings } from "./authority.ts";
import { Clients } from "./clients.ts";
import { StateError } from "./errors.ts";
import { completeStateLimits, type StateLimitOptions } from "./limits.ts";
import type { AuthorizePath } from "./path-access.ts";
import { DEFAULT_NAMESPACE } from "./protocol.ts";
import { StateHandler } from "./state-handler.ts";
import type { Store } from "./store.ts";

/** How a state is served. */
export interface ServeStateOptions extends SessionServeOptions, StateLimitOptions {
  readonly transport: Transport;
  /** Where to listen. Default: a fresh address. */
  readonly address?: string | undefined;
  /** The namespaces that there are from the start, by name. Default: an empty one named `default`. */
  readonly namespaces?: Readonly<Record<string, NamespaceSettings>> | undefined;
  /**
   * Says whether a client may read or write a value, beside what `authorize` says of the namespace. What may not be read is
   * left out where everything is asked for, and `UNAUTHORIZED` where it is named. Default: everything is allowed.
   */
  readonly authorizePath?: AuthorizePath | undefined;
  /** What keeps the state beyond this process. Closed with the server. Default: nothing. */
  readonly store?: Store | undefined;
}

/** A state that is being served. */
export interface StateServer extends AsyncDisposable {
  /** The address really bound, ready to hand to `connectState`. */
  readonly address: string;
  /** The number of clients connected, those without a channel at present included. */
  readonly clients: number;
  /** Tells every client, stops, and closes the store once everything is kept. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves a state: the authority over its namespaces.
 *
 * From ZProc's `start_server`. Waits for a store that another authority has the lease of. Rejects with the transport's error, with what the
 * store says, with the signal's reason, or with a `TypeError` for options that
 * make no sense.
 *
 * @example
 * ```ts
 * await using server = await serveState({ transport: zmq(), address: "tcp://127.0.0.1:7001" });
 * ```
 */
export async function serveState(options: ServeStateOptions): Promise<StateServer> {
  const { namespaces: settings = { [DEFAULT_NAMESPACE]: {} }, store, transport, address, authorizePath } = options;
  const limits = completeStateLimits(options);
  const authority = await Authority.open({ store, settings, limits, signal: options.signal });
  const owners = new Set([...authority.all()].flatMap(({ leases }) => [...leases.owners()]));
  const clients = new Clients(owners, limits.ownerLeaseMs, (client) => authority.disown(client));
  try {
    const handle = (session: Session) => new StateHandler({ authority, clients, session, authorizePath });
    const server = await serveSessions(transport, address, handle, {
      ...options,
      errors: { StateError, ...options.errors },
    });
    return createServer(server, clients, authority);
  } catch (error) {
    clients.close();
    await authority.close();
    throw error;
  }
}

function createServer(server: SessionServer, clients: Clients, authority: Authority): StateServer {
  let closed: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clients.close();
    await server.close("the state's server stopped");
    await authority.close();
  };
  const close = (): Promise<void> => {
    closed ??= stop();
    return closed;
  };
  return {
    address: server.address,
    get clients() {
      return server.sessions.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
