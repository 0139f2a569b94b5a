/**
 * The end of a process with a connection still open.
 *
 * zeromq.js aborts the whole process when a thread is ended from outside while a
 * socket of it waits (zeromq.js#411), so the thread has to end by itself first.
 *
 * @module
 */

/** Runs something when this thread or process exits, unless what is returned was called before. */
export function atExit(run: () => void): () => void {
  // Every connection adds a listener, which is no leak to warn of.
  process.setMaxListeners(process.getMaxListeners() + 1);
  process.once("exit", run);
  let waits = true;
  return () => {
    if (!waits) return;
    waits = false;
    process.off("exit", run);
    process.setMaxListeners(process.getMaxListeners() - 1);
  };
}
