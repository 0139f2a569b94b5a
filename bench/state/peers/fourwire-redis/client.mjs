// @ts-check
import { redis } from "@fourwire/transport-redis";
import { connectBoth } from "../fourwire.mjs";

/**
 * @param {string} place
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export function connect(place) {
  /** @type {[string, string]} */
  const [url, address] = JSON.parse(place);
  return connectBoth(redis({ url }), address);
}
