// @ts-check
import { withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const asking = withHub(zmq(), address);
  return {
    async subscribe(take) {
      const transport = withHub(zmq(), address);
      const subscription = await transport.topics.subscribe("events");
      void read(subscription, take);
      return () => transport.close();
    },
    async ask(count) {
      await asking.topics.publish("orders", [new TextEncoder().encode(String(count))]);
    },
    close: () => asking.close(),
  };
}

/**
 * @param {AsyncIterable<import("@fourwire/transport").TopicMessage>} subscription
 * @param {(event: Uint8Array) => void} take
 * @returns {Promise<void>}
 */
async function read(subscription, take) {
  for await (const { frames } of subscription) {
    if (frames[0] !== undefined) take(frames[0]);
  }
}
