/**
 * What libzmq does not say about connections within a process.
 *
 * It reports no events for them, and connecting to a name that nobody bound
 * succeeds and waits for somebody to bind it.
 *
 * @module
 */

import { type Dealer, Router } from "zeromq";
import { hello } from "./control.ts";
import { look } from "./receive.ts";

const POLL_MS = 100;
const RETRY_MS = 5;
const RETRIES = 20;

/**
 * Connects to a name and says HELLO. Returns whether somebody is bound there.
 *
 * The limit of a connection is that of both ends together, and none if one end
 * has none: with a limit of 1 here and none at a listener, only a connection
 * that has no listener is full after two messages.
 */
export function isInprocBound(dealer: Dealer, address: string): boolean {
  dealer.sendHighWaterMark = 1;
  dealer.connect(address);
  for (let count = 0; count < 2; count += 1) dealer.send([...hello()]).catch(() => undefined);
  if (dealer.writable) return true;
  // A connection that waits outlives its socket until somebody binds the name.
  takeWaiting(address);
  return false;
}

/** Calls back, once, when a connection within this process has no far end any more. Returns what stops it. */
export function pollInproc(dealer: Dealer, onGone: () => void): () => void {
  const timer = setInterval(() => {
    if (dealer.closed || look(dealer).writable) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Binds a name within this process; one that was just given up is free only a moment later. */
export async function bindInproc(bind: () => void): Promise<void> {
  for (let retries = 0; retries < RETRIES; retries += 1) {
    try {
      bind();
      return;
    } catch (error) {
      if (!isInUse(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  bind();
}

/** Says whether the error of a bind means that somebody else is bound there. */
export function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function takeWaiting(address: string): void {
  const taker = new Router({ linger: 0, receiveHighWaterMark: 1 });
  try {
    taker.bindSync(address);
  } catch (error) {
    // Somebody bound the name this very moment and has taken them.
    if (!isInUse(error)) throw error;
  } finally {
    taker.close();
  }
}
