/**
 * What a conversation has to do with, and what it tells of itself.
 *
 * @module
 */

import type { Peer } from "./context.ts";
import type { SessionError } from "./errors.ts";
import type { Agreement } from "./opening.ts";
import type { Counts } from "./outbox-options.ts";
import type { Handler } from "./serving.ts";
import type { SessionSettings } from "./settings.ts";

/** What a conversation needs from its session. */
export interface ConversationOptions {
  readonly settings: SessionSettings;
  readonly agreement: Agreement;
  readonly peer: Peer;
  readonly handler: Handler;
  /** Called when `keptBytes` grew although there is no channel. */
  kept?(): void;
  /** Called when the channel in use is lost; the conversation goes on once another is attached. */
  detached(reason: SessionError): void;
  /** Called once, when it is over: with nothing after `close` at this end. */
  over(reason: SessionError | undefined): void;
}

/** What goes on in a session. */
export interface ConversationStats {
  /** The calls made here that wait for their answer. */
  readonly pendingCalls: number;
  /** The far end's calls that run here. */
  readonly servedCalls: number;
  /** The streams open, both ways. */
  readonly openStreams: number;
  /** The bytes that wait to be sent. */
  readonly queuedBytes: number;
  /** The bytes sent and kept until the far end has them. */
  readonly unacknowledgedBytes: number;
  /** What was sent, repetitions after a lost channel included. */
  readonly sent: Counts;
  readonly received: Counts;
}
