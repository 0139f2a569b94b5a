// @ts-check
import { redis } from "@fourwire/transport-redis";
import { startRedis } from "../../redis-server.mjs";
import { serveBus } from "../../working.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startRedis((url) => serveBus(redis({ url })));
}
