// @ts-check
import { Worker } from "node:worker_threads";
import { wrap } from "comlink";
import { toEndpoint } from "./endpoint.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const worker = new Worker(new URL("./server.mjs", import.meta.url));
  /** @type {import("comlink").Remote<import("./server.mjs").Calculator>} */
  const calculator = wrap(toEndpoint(worker));
  return {
    add: (a, b) => calculator.add(a, b),
    close: async () => {
      await worker.terminate();
    },
  };
}
