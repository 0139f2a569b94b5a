/**
 * A thread that ends its process when the process's parent is gone.
 *
 * It has an event loop of its own, so that a busy or sleeping process ends as
 * well. The operating system ends the lifeline however the parent ends.
 *
 * @module
 */

import { Socket } from "node:net";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";

const { fd, graceMs }: { readonly fd: number; readonly graceMs: number } = workerData;
const lifeline = new Socket({ fd });

lifeline.resume();
lifeline.once("close", () => {
  parentPort?.postMessage("gone");
  setTimeout(kill, graceMs);
});
// A broken lifeline closes, too.
lifeline.on("error", () => undefined);

function kill(): void {
  try {
    // Its group: what it started and did not detach.
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}
