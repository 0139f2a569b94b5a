/** Another process that listens or connects with the built driver, for tests that end it. */
import type { Child } from "@fourwire/test-kit";
import { startChild } from "@fourwire/test-kit";

export interface PeerOrders {
  /** Connects there. */
  readonly connect?: string;
  /** Listens there and answers every message with itself. */
  readonly listen?: string;
  /** Closes everything once it was connected, and is expected to end by itself. */
  readonly thenClose?: boolean;
}

/** Starts it; it says where it listens. */
export function startPeer(orders: PeerOrders): Promise<Child> {
  return startChild(new URL("peer-process.js", import.meta.url), [JSON.stringify(orders)]);
}
