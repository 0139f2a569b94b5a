/**
 * The publish and subscribe port of a transport.
 *
 * @module
 */

import type { Frames } from "./frames.ts";
import type { WaitOptions } from "./wait-options.ts";

/** One published message as a subscriber sees it. */
export interface TopicMessage {
  /** The topic it was published on, which a pattern may only have matched. */
  readonly topic: string;
  readonly frames: Frames;
}

/** A standing interest in a pattern: yields what is published from the moment `subscribe` resolved. */
export interface TopicSubscription extends AsyncIterable<TopicMessage>, AsyncDisposable {
  /** The messages that were dropped because this subscriber's buffer was full. */
  readonly dropped: number;
  /** Ends the subscription. Safe to call twice. */
  close(): Promise<void>;
}

/** How a subscriber wants its messages. */
export interface SubscribeOptions extends WaitOptions {
  /**
   * Shares the pattern's messages among all subscribers of the same group: each
   * goes to one member. Default: every subscriber gets every message.
   */
  readonly group?: string | undefined;
  /** The most bytes kept for a slow subscriber; the oldest message is dropped beyond it. Default 16 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * Called when messages may have been missed although nothing was dropped
   * here: the way to them was interrupted, and is there again. A medium that
   * cannot be interrupted never calls it.
   */
  readonly onGap?: (() => void) | undefined;
}

/**
 * Publish and subscribe.
 *
 * Broadcast is at most once. A topic is non-empty segments separated by `.`; in
 * a pattern `*` stands for one segment and `**` at the end for one or more.
 */
export interface Topics {
  /**
   * Sends to every present subscriber and one member of every group.
   *
   * Resolves with the number of receivers where the medium knows it. Rejects
   * with a `TypeError` when a segment is empty or the topic holds a wildcard.
   */
  publish(topic: string, frames: Frames, options?: WaitOptions): Promise<{ readonly receivers?: number }>;

  /**
   * Subscribes; resolved means that the next `publish` anywhere will be seen.
   *
   * Rejects with a `TypeError` when the pattern is not valid.
   */
  subscribe(pattern: string, options?: SubscribeOptions): Promise<TopicSubscription>;
}
