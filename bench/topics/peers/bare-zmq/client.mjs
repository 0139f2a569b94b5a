// @ts-check
import { Push, Subscriber } from "../../../zeromq.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const [events, orders] = JSON.parse(address);
  const asking = new Push({ sendHighWaterMark: 0, linger: 0 });
  asking.connect(orders);
  return {
    async subscribe(take) {
      const subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
      subscriber.subscribe("events", "hello");
      subscriber.connect(events);
      // Its subscriptions have arrived once anything comes.
      await subscriber.receive();
      subscriber.unsubscribe("hello");
      void read(subscriber, take);
      return async () => subscriber.close();
    },
    ask: (count) => asking.send(String(count)),
    close: async () => asking.close(),
  };
}

/**
 * @param {import("zeromq").Subscriber} subscriber
 * @param {(event: Uint8Array) => void} take
 * @returns {Promise<void>}
 */
async function read(subscriber, take) {
  for await (const [topic, event] of subscriber) {
    if (event !== undefined && topic?.toString() === "events") take(event);
  }
}
