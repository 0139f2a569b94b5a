// @ts-check
import { webSocket } from "@fourwire/transport-ws";
import { connectBoth } from "../fourwire.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectBoth(webSocket(), address);
}
