// @ts-check
import { withHub } from "@fourwire/hub";
import { webSocket } from "@fourwire/transport-ws";
import { connectTo } from "../../working.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectTo(withHub(webSocket(), address));
}
