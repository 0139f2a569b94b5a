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
import { createDeparture, type Departure } from "./departure.ts";
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
  /** What keeps the state beyond this process. Closed with the server, also when that cannot begin. Default: nothing. */
  readonly store?: Store | undefined;
}

/** A state that is being served. */
export interface StateServer extends AsyncDisposable {
  /** The address really bound, ready to hand to `connectState`. */
  readonly address: string;
  /** The number of clients connected, those without a channel at present included. */
  readonly clients: number;
  /**
   * Settles when it is over: with nothing once it was asked to stop, with `NOT_AUTHORITY` when another authority may have
   * taken over the store. Then it has handed over.
   */
  readonly closed: Promise<StateError | undefined>;
  /** Tells every client, stops, and closes the store once everything is kept. Safe to call twice. */
  close(): Promise<void>;
  /**
   * Stops as `close` does, but tells nobody: clients look for the next authority at the same address, for as long as their
   * `reconnect.windowMs`, and go on with it. What they watch and wait for goes on, too. Safe to call twice.
   */
  handOver(): Promise<void>;
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
  try {
    return await serve(options);
  } catch (error) {
    // Nobody else would: it is often made for this call only.
    await options.store?.close();
    throw error;
  }
}

async function serve(options: ServeStateOptions): Promise<StateServer> {
  const { namespaces: settings = { [DEFAULT_NAMESPACE]: {} }, store, address, authorizePath } = options;
  const limits = completeStateLimits(options);
  const authority = await Authority.open({ store, settings, limits, signal: options.signal });
  const owners = new Set([...authority.all()].flatMap(({ leases }) => [...leases.owners()]));
  const clients = new Clients(owners, limits.ownerLeaseMs, (client) => authority.disown(client));
  const departure = createDeparture(options.transport);
  try {
    const handle = (session: Session) => new StateHandler({ authority, clients, session, authorizePath });
    const sessions = await serveSessions(departure.transport, address, handle, {
      ...options,
      errors: { StateError, ...options.errors },
    });
    return new Server({ sessions, clients, authority, departure });
  } catch (error) {
    clients.close();
    await authority.close();
    throw error;
  }
}

interface ServerParts {
  readonly sessions: SessionServer;
  readonly clients: Clients;
  readonly authority: Authority;
  readonly departure: Departure;
}

class Server implements StateServer {
  readonly closed: Promise<StateError | undefined>;
  readonly #parts: ServerParts;
  #settle: (reason: StateError | undefined) => void = () => undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    void parts.authority.deposed?.then((reason) => this.#yield(reason));
  }

  get address(): string {
    return this.#parts.sessions.address;
  }

  get clients(): number {
    return this.#parts.sessions.sessions.size;
  }

  close(): Promise<void> {
    this.#stopping ??= this.#stop(undefined);
    return this.#stopping;
  }

  handOver(): Promise<void> {
    this.#stopping ??= this.#leave(undefined);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What was asked meanwhile is told first that this is no authority any more. */
  #yield(reason: StateError): void {
    setTimeout(() => {
      this.#stopping ??= this.#leave(reason);
      // Whoever closes it is told.
      this.#stopping.catch(() => undefined);
    });
  }

  async #leave(reason: StateError | undefined): Promise<void> {
    this.#parts.clients.close();
    await this.#parts.departure.leave();
    await this.#stop(reason);
  }

  async #stop(reason: StateError | undefined): Promise<void> {
    const { sessions, clients, authority } = this.#parts;
    clients.close();
    await sessions.close("the state's server stopped");
    await authority.close();
    this.#settle(reason);
  }
}
