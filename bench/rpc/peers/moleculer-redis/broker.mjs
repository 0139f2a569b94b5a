// @ts-check
import { ServiceBroker } from "moleculer";

/**
 * @param {string} nodeID
 * @param {string} url of the Redis, or the path of its Unix socket
 * @returns {ServiceBroker}
 */
export function createBroker(nodeID, url) {
  return new ServiceBroker({
    nodeID,
    logger: false,
    hotReload: false,
    transporter: { type: "Redis", options: { path: url } },
  });
}

/**
 * Ends a broker. What it still publishes while its connection closes rejects, and nobody handles that.
 *
 * @param {ServiceBroker} broker
 * @returns {Promise<void>}
 */
export async function stopBroker(broker) {
  process.on("unhandledRejection", (error) => {
    if (!(error instanceof Error && error.message === "Connection is closed.")) throw error;
  });
  await broker.stop();
}
