// @ts-check
import { serveHub, withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";
import { EVENT_BYTES } from "../../peers.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const served = zmq();
  const hub = await serveHub({ transport: served, address: "tcp://127.0.0.1:0" });
  // The publisher reaches the hub as everybody does, over a connection of its own.
  const publisher = withHub(zmq(), hub.address);
  const orders = await publisher.topics.subscribe("orders");
  void publish(orders, publisher.topics);
  return {
    address: hub.address,
    close: async () => {
      await publisher.close();
      await hub.close();
      await served.close();
    },
  };
}

/**
 * @param {AsyncIterable<import("@fourwire/transport").TopicMessage>} orders
 * @param {import("@fourwire/hub").HubTopics} topics
 * @returns {Promise<void>}
 */
async function publish(orders, topics) {
  const event = [new Uint8Array(EVENT_BYTES)];
  for await (const { frames } of orders) {
    const count = Number(new TextDecoder().decode(frames[0]));
    await Promise.all(Array.from({ length: count }, () => topics.publish("events", event)));
  }
}
