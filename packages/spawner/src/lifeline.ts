/**
 * What ties a worker's life to its parent's.
 *
 * @module
 */

import { Worker as NodeWorker } from "node:worker_threads";

/** How long a worker whose parent is gone may take to dispose what it has; three in a row make less than two seconds. */
const GRACE_MS = 300;

/**
 * Ends this process when its parent is gone: `onGone` is called at once, if the
 * event loop turns, and a moment later everything is killed.
 */
export function watchParent(fd: number, onGone: () => void): void {
  const watchdog = new NodeWorker(new URL("../dist/watchdog.js", import.meta.url), {
    name: "fourwire-watchdog",
    execArgv: [],
    env: {},
    workerData: { fd, graceMs: GRACE_MS },
  });
  watchdog.on("message", onGone);
  watchdog.unref();
}
