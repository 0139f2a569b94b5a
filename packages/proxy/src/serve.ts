/**
 * The end that has the object.
 *
 * @module
 */

import {
  completeLimits,
  type ServeOptions as SessionServeOptions,
  type SessionServer,
  serveSessions,
  toError,
} from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { Endpoint } from "./endpoint.ts";
import { ProxyError } from "./errors.ts";
import { Exposure, type ExposureOptions } from "./exposure.ts";
import type { ServedHooks } from "./served-hooks.ts";

/** How an object is served. */
export interface ServeOptions extends SessionServeOptions, ExposureOptions {
  readonly transport: Transport;
  /** Where the server takes part in what is done to its objects. Default: nowhere. */
  readonly hooks?: ServedHooks | undefined;
}

/** An object that is being served. */
export interface Server extends AsyncDisposable {
  /** The address really bound, ready to hand to `connect`. */
  readonly address: string;
  /** The number of clients. */
  readonly clients: number;
  /** Tells every client that the server stops, and stops. The object itself stays as it is. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves an object at an address, or at a fresh one.
 *
 * Clients reach its methods, its accessors and its own fields that hold plain
 * data or a `Signal`; a literal such as `{ robot, arm }` is a root with those
 * members. From Pizco's `Server`.
 *
 * Rejects with a `TypeError` when the root is not an object, with
 * `ADDRESS_IN_USE` or `ADDRESS_INVALID`, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using server = await serve(new Robot(), "tcp://127.0.0.1:8000", { transport: zmq() });
 * ```
 */
export async function serve(object: object, address: string | undefined, options: ServeOptions): Promise<Server> {
  if (typeof object !== "object" || object === null) {
    throw new TypeError(`serve: the root is ${object === null ? "null" : `a ${typeof object}`}; expected an object`);
  }
  const exposure = new Exposure(object, options);
  const { onError = () => undefined } = options;
  const { maxReferences } = completeLimits(options.limits);
  const server = await serveSessions(
    options.transport,
    address,
    (session) => {
      const report = (error: unknown): void => onError(toError(error));
      const { address: bound } = session.peer;
      const { hooks } = options;
      return new Endpoint({ session, address: bound, root: object, exposure, maxReferences, hooks, onError: report });
    },
    { ...options, errors: { ProxyError, ...options.errors } },
  );
  return createServer(server);
}

function createServer(server: SessionServer): Server {
  const close = (): Promise<void> => server.close("the server stopped");
  return {
    address: server.address,
    get clients() {
      return server.sessions.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
