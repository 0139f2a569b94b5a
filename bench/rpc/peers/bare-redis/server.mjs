// @ts-check
import { Redis } from "../../../ioredis.mjs";
import { startRedis } from "../../../queue/redis-server.mjs";
import { answer } from "../wire.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const store = startRedis();
  const publisher = new Redis(store.address);
  const subscriber = new Redis(store.address);
  subscriber.on("messageBuffer", (_, request) => void publisher.publish("replies", answer(request)).catch(ignore));
  await subscriber.subscribe("requests");
  return {
    address: store.address,
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
      await store.close();
    },
  };
}

/** Takes no notice of what is cut off when the other end has closed: the harness counts what came back. */
function ignore() {}
