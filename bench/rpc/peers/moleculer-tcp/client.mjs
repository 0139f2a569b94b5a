// @ts-check
import { createBroker } from "./broker.mjs";

/** Discovery takes about one gossip period. */
const DISCOVERY_MS = 10_000;

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const broker = createBroker("client", [address]);
  await broker.start();
  await broker.waitForServices("calculator", DISCOVERY_MS);
  return { add: (a, b) => broker.call("calculator.add", { a, b }), close: () => broker.stop() };
}
