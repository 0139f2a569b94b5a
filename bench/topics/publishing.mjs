// @ts-check
import { EVENT_BYTES } from "./peers.mjs";

/**
 * Publishes as many events as each order says.
 *
 * @param {AsyncIterable<import("@fourwire/transport").TopicMessage>} orders
 * @param {import("@fourwire/transport").Topics} topics
 * @returns {Promise<void>}
 */
export async function publishOrdered(orders, topics) {
  const event = [new Uint8Array(EVENT_BYTES)];
  for await (const { frames } of orders) {
    const count = Number(new TextDecoder().decode(frames[0]));
    await Promise.all(Array.from({ length: count }, () => topics.publish("events", event)));
  }
}

/**
 * Connects to whoever publishes what is ordered, each subscriber over a
 * transport of its own.
 *
 * @param {() => import("@fourwire/transport").Transport & { topics?: import("@fourwire/transport").Topics }} create
 * @returns {import("./peers.mjs").Connection}
 */
export function createConnection(create) {
  const asking = create();
  return {
    async subscribe(take) {
      const transport = create();
      const subscription = await topicsOf(transport).subscribe("events");
      void read(subscription, take);
      return () => transport.close();
    },
    async ask(count) {
      await topicsOf(asking).publish("orders", [new TextEncoder().encode(String(count))]);
    },
    close: () => asking.close(),
  };
}

/**
 * @param {import("@fourwire/transport").Transport} transport
 * @returns {import("@fourwire/transport").Topics}
 */
export function topicsOf({ topics }) {
  if (topics === undefined) throw new Error("bench: the transport has no topics");
  return topics;
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
