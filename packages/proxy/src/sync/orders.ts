/**
 * What the thread of a synchronous connection is told when it starts.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import type { OpenOptions } from "@fourwire/session";
import type { completeSettings } from "@fourwire/session/wire";
import type { Recipe } from "@fourwire/transport";

/** The options of a connection that are plain data, so that they reach another thread. */
export type ThreadOptions = Pick<
  OpenOptions,
  | "callTimeoutMs"
  | "codec"
  | "credentials"
  | "handshakeTimeoutMs"
  | "heartbeat"
  | "key"
  | "limits"
  | "reconnect"
  | "showStacks"
>;

/** What the thread is told. */
export interface ThreadOrders {
  readonly port: MessagePort;
  readonly cell: Int32Array<SharedArrayBuffer>;
  readonly recipe: Recipe;
  readonly address: string;
  /** The member of the root to start at. */
  readonly name: string | undefined;
  readonly options: ThreadOptions;
}

/** What the link between two threads of one process is. */
export const LINK: Parameters<typeof completeSettings>[1] = {
  local: true,
  encrypted: true,
  maxMessageBytes: Number.POSITIVE_INFINITY,
};

/** The number of the call that stands for the opening: it fails when the thread cannot connect. */
export const OPENING = 0;
