// @ts-check
import { Worker } from "node:worker_threads";
import { PostedCalls } from "../posted-calls.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const worker = new Worker(new URL("./server.mjs", import.meta.url));
  const calls = new PostedCalls();
  worker.on("message", (reply) => calls.settle(reply));
  /** @type {(request: [number, number, number]) => void} */
  const post = (request) => worker.postMessage(request);
  return {
    add: (a, b) => calls.call(a, b, post),
    close: async () => {
      await worker.terminate();
    },
  };
}
