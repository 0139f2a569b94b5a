// @ts-check
import { redis } from "@fourwire/transport-redis";
import { testServer } from "@fourwire/transport-redis/test-server";
import { publishOrdered, topicsOf } from "../../publishing.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = testServer();
  const publisher = redis({ url: server.url });
  const topics = topicsOf(publisher);
  void publishOrdered(await topics.subscribe("orders"), topics);
  return {
    address: server.url,
    close: async () => {
      await publisher.close();
      await server.stop();
    },
  };
}
