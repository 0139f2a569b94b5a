// @ts-check
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";
import { connectTo } from "../../working.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  // What is kept in a file are its queues: all else is as without one.
  const { put, work, close } = await connectTo(withHub(zmq(), address, { durable: true }));
  return { ...(put && { put }), ...(work && { work }), close };
}
