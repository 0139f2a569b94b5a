// @ts-check
import { redis } from "@fourwire/transport-redis";
import { createConnection } from "../../working.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  return createConnection(redis({ url: address }));
}
