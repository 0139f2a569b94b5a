/**
 * The end that uses the object.
 *
 * @module
 */

import { type OpenOptions, openSession } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { ClientConnection } from "./connection.ts";
import { ProxyError } from "./errors.ts";
import { createRemote } from "./remote.ts";
import type { Remote } from "./types.ts";

/** How a proxy connects. */
export interface ConnectOptions extends Omit<OpenOptions, "handler"> {
  readonly transport: Transport;
  /** The member of the root to start at. Default: the root itself. */
  readonly name?: string | undefined;
}

/**
 * Connects to a served object and returns its proxy.
 *
 * Disposing the proxy closes the connection. From Pizco's `Proxy`.
 *
 * Rejects with `REFUSED` when nobody listens there, with a `SessionError` when
 * the server declines, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using robot = await connect<Robot>("tcp://127.0.0.1:8000", { transport: zmq() });
 * await robot.move(3);
 * ```
 */
export async function connect<Object extends object>(
  address: string,
  options: ConnectOptions,
): Promise<Remote<Object> & AsyncDisposable> {
  const { transport, name, onError = () => undefined } = options;
  const connection = new ClientConnection(address, (error) =>
    onError(error instanceof Error ? error : new Error(String(error))),
  );
  const session = await openSession(transport, address, {
    ...options,
    errors: { ProxyError, ...options.errors },
    handler: () => connection,
  });
  connection.attach(session);
  const remote = createRemote({
    connection,
    path: name === undefined ? [] : [name],
    options: undefined,
    isRoot: true,
    close: () => session.close(),
  });
  // The proxy's shape is the served object's, which only the caller knows.
  return remote as Remote<Object> & AsyncDisposable;
}
