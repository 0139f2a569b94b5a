/**
 * What an outbox has to do with: its session, its channel, its far end.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import type { Codec } from "./codec.ts";

/** What an outbox needs from its session. */
export interface OutboxOptions {
  readonly codec: Codec;
  readonly maxQueuedBytes: number;
  /** Tells the number of the last batch received, which every batch acknowledges. */
  received(): number;
  /** Called when a batch that acknowledges `ack` was handed to the channel. */
  acknowledged(ack: number): void;
  /** Called when the channel refuses a message. */
  failed(error: unknown): void;
  /** Called before what a turn brought leaves, to add what belongs to it. */
  turnOver?(): void;
  /** Called when more waits although there is no channel. */
  kept?(): void;
}

/** Where batches go: a channel in use. */
export interface Outlet {
  send(frames: Frames): Promise<void>;
}

/** What was sent so far. */
export interface Counts {
  readonly batches: number;
  readonly bytes: number;
}

/** What the far end accepts. */
export interface PeerLimits {
  readonly windowBytes: number;
  readonly maxItems: number;
  readonly maxMessageBytes: number;
}

/** A numbered message, kept until it is acknowledged. */
export interface Batch {
  readonly seq: number;
  readonly ack: number;
  readonly frames: Frames;
  readonly bytes: number;
}
