// @ts-check
import { redis } from "@fourwire/transport-redis";
import { createConnection } from "../../working.mjs";

/** Room for what the puts of one measurement come to, which nobody takes meanwhile. */
const MAX_QUEUED_BYTES = 1024 ** 3;

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  return createConnection(redis({ url: address, maxQueuedBytes: MAX_QUEUED_BYTES }));
}
