// @ts-check
import { createBroker, stopBroker } from "./broker.mjs";

const DISCOVERY_MS = 10_000;

/**
 * @param {string} url
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(url) {
  const broker = createBroker("client", url);
  await broker.start();
  await broker.waitForServices("calculator", DISCOVERY_MS);
  return { add: (a, b) => broker.call("calculator.add", { a, b }), close: () => stopBroker(broker) };
}
