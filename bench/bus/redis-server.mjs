// @ts-check
import { testServer } from "@fourwire/transport-redis/test-server";

/**
 * Starts a Redis that keeps everything in memory, the same for all peers, and
 * what a peer runs beside it in the server's process.
 *
 * @param {(url: string) => Promise<() => Promise<void>>} [serve] resolves with what ends it
 * @returns {Promise<import("../harness.mjs").RunningServer>}
 */
export async function startRedis(serve) {
  const server = testServer({ args: ["--maxmemory-policy", "noeviction"] });
  const end = await serve?.(server.url);
  return {
    address: server.url,
    close: async () => {
      await end?.();
      await server.stop();
    },
  };
}
