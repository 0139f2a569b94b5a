// @ts-check
import { testServer } from "@fourwire/transport-redis/test-server";

/**
 * Starts a Redis that keeps everything in memory, the same for all peers.
 *
 * @returns {import("../harness.mjs").RunningServer}
 */
export function startRedis() {
  const server = testServer({ args: ["--maxmemory-policy", "noeviction"] });
  return { address: server.url, close: () => server.stop() };
}
