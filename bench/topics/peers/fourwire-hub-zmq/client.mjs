// @ts-check
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";
import { createConnection } from "../../publishing.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  return createConnection(() => withHub(zmq(), address));
}
