/**
 * Another process that serves, listens, or comes and goes, for tests that end it.
 *
 * @module
 */

import type { Child } from "@fourwire/test-kit";
import { startChild } from "@fourwire/test-kit";
import type { TransportCase } from "./transports.ts";

export interface PeerOrders {
  readonly role: "server" | "slot" | "run and close" | "holder" | "desk";
  readonly address?: string;
  /** Where a holder hands over to. */
  readonly desk?: string;
  /** Default: ZeroMQ, as memory does not reach another process. */
  readonly transport?: TransportCase["name"];
  /** Where Redis is. */
  readonly url?: string;
}

/** Starts a process and resolves when it is ready: a server says its address. */
export function startPeer(orders: PeerOrders): Promise<Child> {
  return startChild(new URL("peer-process.js", import.meta.url), [JSON.stringify(orders)]);
}
