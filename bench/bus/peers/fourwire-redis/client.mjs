// @ts-check
import { redis } from "@fourwire/transport-redis";
import { connectTo } from "../../working.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(address) {
  return connectTo(redis({ url: address }));
}
