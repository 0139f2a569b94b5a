// @ts-check
import { zmq } from "@fourwire/transport-zmq";
import { connectBoth } from "../fourwire.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectBoth(zmq(), address);
}
