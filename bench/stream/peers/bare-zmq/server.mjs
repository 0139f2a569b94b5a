// @ts-check
import { Dealer } from "../../../zeromq.mjs";
import { createChunk } from "../../chunks.mjs";
import { senderOptions } from "./sockets.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const dealer = new Dealer(senderOptions);
  await dealer.bind("tcp://127.0.0.1:*");
  void serve(dealer);
  return { address: dealer.lastEndpoint ?? "", close: async () => dealer.close() };
}

/**
 * Says hello, which lets the router at the other end address its requests, and
 * answers each with its chunks.
 *
 * @param {import("zeromq").Dealer} dealer
 * @returns {Promise<void>}
 */
async function serve(dealer) {
  await dealer.send("hello");
  for await (const [request] of dealer) {
    /** @type {import("../../peers.mjs").StreamRequest} */
    const { chunkBytes, count } = JSON.parse(String(request));
    const chunk = createChunk(chunkBytes);
    for (let sent = 0; sent < count; sent += 1) await dealer.send(chunk);
  }
}
