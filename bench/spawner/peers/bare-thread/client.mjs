// @ts-check
import { Worker } from "node:worker_threads";
import { Calls } from "../messages.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const worker = new Worker(new URL("./server.mjs", import.meta.url));
  const calls = new Calls((request) => worker.postMessage(request));
  worker.on("message", (reply) => calls.settle(reply));
  return calls.connection(() => worker.terminate());
}
