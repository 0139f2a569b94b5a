// @ts-check
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";
import { connectTo } from "../../working.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectTo(withHub(zmq(), address));
}
