/**
 * The end of a process with a connection still open.
 *
 * zeromq.js aborts the whole process when a thread is ended from outside while a
 * socket of it waits (zeromq.js#411), so the thread has to end by itself first.
 *
 * @module
 */

import type { ThreadLink } from "./thread-link.ts";

/** Closes a connection when this thread or process exits, unless its own thread has ended by then. */
export function atExit(link: ThreadLink, close: () => void): void {
  // Every connection adds a listener, which is no leak to warn of.
  process.setMaxListeners(process.getMaxListeners() + 1);
  const forget = (): void => {
    process.off("exit", close);
    process.setMaxListeners(process.getMaxListeners() - 1);
  };
  process.once("exit", close);
  link.onEnd(forget);
}
