/**
 * The end that uses the state.
 *
 * @module
 */

import { type Handler, type OpenOptions, openSession, SessionError, toError } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import { Connection } from "./connection.ts";
import { StateError } from "./errors.ts";
import { DEFAULT_NAMESPACE } from "./protocol.ts";
import { State } from "./state.ts";

/** How a state is connected to. */
export interface ConnectStateOptions extends Omit<OpenOptions, "handler"> {
  readonly transport: Transport;
  /** The namespace. Default `default`. */
  readonly namespace?: string | undefined;
  /** What others see before the client's id, as `by` of its changes. Default: nothing. */
  readonly name?: string | undefined;
}

/**
 * Connects to a state.
 *
 * Disposing it closes the connection. After a lost link, and after a restart of
 * the authority, it goes on by itself. Rejects with `REFUSED` when nobody
 * listens there, with a `SessionError` when the server declines, with
 * `NAMESPACE_NOT_FOUND`, or with the signal's reason.
 *
 * @example
 * ```ts
 * await using state = await connectState<Shape>("tcp://127.0.0.1:7001", { transport: zmq() });
 * await state.set("foo", "bar");
 * ```
 */
export async function connectState<Shape extends object = Record<string, unknown>>(
  address: string,
  options: ConnectStateOptions,
): Promise<State<Shape>> {
  const { transport, namespace = DEFAULT_NAMESPACE, name, onError = () => undefined } = options;
  const created: { connection?: Connection } = {};
  const handler: Handler = { call: refuse, notify: refuse, reset: () => created.connection?.reset() };
  const session = await openSession(transport, address, {
    ...options,
    errors: { StateError, ...options.errors },
    handler: () => handler,
  });
  const connection = new Connection(session, name);
  created.connection = connection;
  try {
    await connection.enter();
    const state = new State<Shape>({
      connection,
      namespace,
      onError: (error) => onError(toError(error)),
      close: () => session.close(),
    });
    await state.connected();
    return state;
  } catch (error) {
    await session.close();
    throw error;
  }
}

function refuse(): never {
  throw new SessionError("NOT_FOUND", "A state's client serves nothing");
}
