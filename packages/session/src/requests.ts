/**
 * Requests and replies: the transport's third port, built on channels once for
 * every driver.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import type { CallOptions } from "./call-options.ts";
import { SessionError } from "./errors.ts";
import { type OpenOptions, openSession } from "./open-session.ts";
import { type ServeOptions, serveSessions } from "./serve-sessions.ts";
import type { Handler } from "./serving.ts";
import type { Session } from "./session.ts";

/** Answers one request; what it throws or rejects with reaches the requester. */
export type RequestHandler = (request: unknown) => unknown;

/** A place that answers requests. */
export interface RequestServer extends AsyncDisposable {
  /** The address really bound. */
  readonly address: string;
  /** Stops answering and tells every requester. Safe to call twice. */
  close(): Promise<void>;
}

/** A connection that makes requests. */
export interface Requester extends AsyncDisposable {
  /** The session below, for its state. */
  readonly session: Session;
  /** Asks and waits for the reply. Rejects as `Session.call` does. */
  request(value: unknown, options?: CallOptions): Promise<unknown>;
  /** Ends the connection. Safe to call twice. */
  close(): Promise<void>;
}

/** A request has no name: the address says it all. */
const TARGET = "";

/**
 * Answers requests at an address, or at a fresh one.
 *
 * `callContext()` in the handler tells who asks. Rejects as `serveSessions`.
 */
export async function serveRequests(
  transport: Transport,
  address: string | undefined,
  handler: RequestHandler,
  options?: ServeOptions,
): Promise<RequestServer> {
  const serving: Handler = {
    call(target, [request]) {
      if (target !== TARGET) throw new SessionError("NOT_FOUND", "Requests are answered here, nothing else");
      return handler(request);
    },
    notify: (_, [request]) => handler(request),
  };
  return await serveSessions(transport, address, () => serving, options);
}

/** Connects to where requests are answered. Rejects as `openSession`. */
export async function createRequester(
  transport: Transport,
  address: string,
  options?: OpenOptions,
): Promise<Requester> {
  const session = await openSession(transport, address, options);
  return {
    session,
    request: (value, callOptions) => session.call(TARGET, [value], callOptions),
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}
