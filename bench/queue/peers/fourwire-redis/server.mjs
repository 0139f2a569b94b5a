// @ts-check
import { startRedis } from "../../redis-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  return startRedis();
}
