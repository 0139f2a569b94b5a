/**
 * Sessions of the end that connects.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { beginSession } from "./begin-session.ts";
import { SessionError } from "./errors.ts";
import { greet } from "./handshake.ts";
import type { Handler } from "./serving.ts";
import type { Session } from "./session.ts";
import { completeSettings, isLoopback, type SessionOptions } from "./settings.ts";

/** How a session is opened. */
export interface OpenOptions extends SessionOptions {
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Makes what this end serves to the far end. Default: nothing, every call is refused. */
  readonly handler?: ((session: Session) => Handler) | undefined;
}

/**
 * Connects to an address and opens a session there.
 *
 * Rejects with the transport's error when nothing listens, with a
 * `SessionError` when the far end declines or does not answer, with the signal's
 * reason, or with a `TypeError` for options that make no sense.
 */
export async function openSession(transport: Transport, address: string, options: OpenOptions = {}): Promise<Session> {
  const { signal, handler = () => serveNothing } = options;
  const settings = completeSettings(options, transport.traits.local || isLoopback(address));
  const channel = await transport.connect(address, { signal });
  const opened = await greet(channel, settings, signal);
  return await beginSession(opened, settings, address, handler);
}

/** A handler for an end that only calls. */
const serveNothing: Handler = {
  call: refuse,
  notify: refuse,
};

function refuse(): never {
  throw new SessionError("NOT_FOUND", "This end serves nothing");
}
