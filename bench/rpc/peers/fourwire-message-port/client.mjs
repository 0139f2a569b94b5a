// @ts-check
import { Worker } from "node:worker_threads";
import { messagePort } from "@fourwire/transport/message-port";
import { connectPrivate } from "../private-link.mjs";

/** @returns {Promise<import("../../peers.mjs").Connection>} */
export async function connect() {
  const worker = new Worker(new URL("./server.mjs", import.meta.url));
  return await connectPrivate(messagePort(worker), () => worker.terminate());
}
