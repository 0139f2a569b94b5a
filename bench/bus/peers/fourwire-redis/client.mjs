// @ts-check
import { redis } from "@fourwire/transport-redis";
import { connectTo } from "../../working.mjs";

/** Room for what the puts of one measurement come to, which nobody takes meanwhile. */
const MAX_QUEUED_BYTES = 1024 ** 3;

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectTo(redis({ url: address, maxQueuedBytes: MAX_QUEUED_BYTES }));
}
