// @ts-check

import { Dealer, socketOptions } from "../../../zeromq.mjs";
import { PendingCalls } from "../wire.mjs";
import { createWriter } from "./writer.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const dealer = new Dealer(socketOptions);
  dealer.connect(address);
  const calls = new PendingCalls();
  /** @type {(request: Buffer) => void} */
  const write = createWriter(dealer);
  void receive(dealer, calls);
  return { add: (a, b) => calls.call(a, b, write), close: async () => dealer.close() };
}

/**
 * @param {import("zeromq").Dealer} dealer
 * @param {PendingCalls} calls
 * @returns {Promise<void>}
 */
async function receive(dealer, calls) {
  for await (const [reply] of dealer) {
    if (reply !== undefined) calls.settle(reply);
  }
}
