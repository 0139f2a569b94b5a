/** Another process with the built driver, for tests that end it. */
import type { Child } from "@fourwire/test-kit";
import { startChild } from "@fourwire/test-kit";

export interface PeerOrders {
  readonly url: string;
  /** Connects there. */
  readonly connect?: string;
  /** Listens there and answers every message with itself. */
  readonly listen?: string;
  /** Takes items of that queue and says each id, settling none before it is told to go on. */
  readonly consume?: string;
  /** Closes everything once it did the above, and is expected to end by itself. */
  readonly thenClose?: boolean;
}

/** Starts it; it says where it listens. */
export function startPeer(orders: PeerOrders): Promise<Child> {
  return startChild(new URL("peer-process.js", import.meta.url), [JSON.stringify(orders)]);
}
