// @ts-check

import { Router, socketOptions } from "../../../zeromq.mjs";
import { answer } from "../wire.mjs";
import { createWriter } from "./writer.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const router = new Router(socketOptions);
  await router.bind("tcp://127.0.0.1:*");
  void serve(router);
  return { address: router.lastEndpoint ?? "", close: async () => router.close() };
}

/**
 * @param {import("zeromq").Router} router
 * @returns {Promise<void>}
 */
async function serve(router) {
  /** @type {(reply: [client: Buffer, sum: Buffer]) => void} */
  const write = createWriter(router);
  for await (const [client, request] of router) {
    if (client !== undefined && request !== undefined) write([client, answer(request)]);
  }
}
