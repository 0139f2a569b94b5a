/**
 * Sessions of the end that connects.
 *
 * @module
 */

import type { Transport } from "@fourwire/transport";
import { ClientSession } from "./client-session.ts";
import { SessionError } from "./errors.ts";
import { greet } from "./greet.ts";
import { loadParts } from "./late-parts.ts";
import { completeReconnect, type Reconnect } from "./limits.ts";
import type { Handler } from "./serving.ts";
import type { Session } from "./session.ts";
import { completeSettings, linkFacts, type SessionOptions } from "./settings.ts";

/** How a session is opened. */
export interface OpenOptions extends SessionOptions {
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
  /** What the server's `authenticate` judges: a token, a name and password. Default: nothing. */
  readonly credentials?: unknown;
  /** How the session comes back after a lost channel: for 10,000 ms by default; `false` for not at all. */
  readonly reconnect?: Partial<Reconnect> | false | undefined;
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
  const { signal, credentials, handler = () => serveNothing } = options;
  const reconnect = completeReconnect(options.reconnect);
  const parts = await loadParts(options, reconnect !== false);
  const settings = completeSettings(options, linkFacts(transport, address), parts);
  const channel = await transport.connect(address, { signal });
  const opened = await greet(channel, settings, { credentials, signal });
  try {
    return new ClientSession(opened, { transport, address, credentials, settings, reconnect, createHandler: handler })
      .session;
  } catch (error) {
    await channel.close();
    throw error;
  }
}

/** A handler for an end that only calls. */
const serveNothing: Handler = {
  call: refuse,
  notify: refuse,
};

function refuse(): never {
  throw new SessionError("NOT_FOUND", "This end serves nothing");
}
