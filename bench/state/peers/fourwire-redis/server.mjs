// @ts-check
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { serveBoth } from "../fourwire.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = testServer();
  const { address, close } = await serveBoth(redis({ url: server.url }));
  return {
    address: JSON.stringify([server.url, address]),
    close: async () => {
      await close();
      await server.stop();
    },
  };
}
