// @ts-check
import { connect as connectNats } from "nats";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const asking = await connectNats({ servers: address });
  return {
    async subscribe(take) {
      const subscriber = await connectNats({ servers: address });
      subscriber.subscribe("events", { callback: (_, { data }) => take(data) });
      await subscriber.flush();
      return () => subscriber.close();
    },
    async ask(count) {
      asking.publish("orders", String(count));
    },
    close: () => asking.close(),
  };
}
