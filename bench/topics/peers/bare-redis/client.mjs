// @ts-check
import { Redis } from "../../../ioredis.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const asking = new Redis(address);
  return {
    async subscribe(take) {
      const subscriber = new Redis(address);
      subscriber.on("messageBuffer", (_, event) => take(event));
      await subscriber.subscribe("events");
      return async () => subscriber.disconnect();
    },
    async ask(count) {
      await asking.publish("orders", String(count));
    },
    close: async () => asking.disconnect(),
  };
}
