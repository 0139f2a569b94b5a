// @ts-check
import { testServer } from "@fourwire/transport-redis/test-server";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = testServer();
  return { address: server.url, close: () => server.stop() };
}
