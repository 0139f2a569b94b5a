/**
 * Both agents of one connection: this end's, and the far end's.
 *
 * An end that nobody asks for its agent has none, so that a page which does
 * without need not load them.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import { AgentCore } from "./agent-core.ts";
import { SessionPeer } from "./agent-peer.ts";
import type { RemoteSignals } from "./remote-signal.ts";

/** What the agents of one connection need of it. */
export interface AgentsOptions {
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly address: string;
  /** This end's, where it is the same for several connections. Default: one of its own. */
  readonly agent?: AgentCore | undefined;
  onError(error: unknown): void;
}

/** Both agents of one connection. */
export interface Agents {
  /** What this end answers and publishes. */
  readonly own: AgentCore;
  /** The agent at the other end. */
  readonly far: SessionPeer;
}

/** Makes both agents of one connection. */
export function createAgents({ session, signals, address, agent, onError }: AgentsOptions): Agents {
  const own = agent ?? new AgentCore(onError);
  const far = new SessionPeer({
    session,
    signals,
    address,
    notified: (content, context) => own.notified(content, context),
  });
  return { own, far };
}
