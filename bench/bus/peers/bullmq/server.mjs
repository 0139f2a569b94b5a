// @ts-check
import { startRedis } from "../../redis-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startRedis();
}
