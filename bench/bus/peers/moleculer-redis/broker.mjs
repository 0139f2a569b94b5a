// @ts-check
import { ServiceBroker } from "moleculer";

/**
 * Creates a broker that talks through Redis.
 *
 * @param {string} nodeID
 * @param {string} path of the server's socket
 * @returns {ServiceBroker}
 */
export function createBroker(nodeID, path) {
  return new ServiceBroker({
    nodeID,
    logger: false,
    hotReload: false,
    transporter: /** @type {any} */ ({ type: "Redis", options: { path } }),
  });
}
