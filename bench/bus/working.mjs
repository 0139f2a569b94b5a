// @ts-check
/**
 * The bus under measurement, whatever it runs over.
 *
 * @module
 */

import { connectBus } from "@fourwire/bus";
import { PAYLOAD_BYTES } from "./peers.mjs";

/**
 * Serves what the clients ask for: adds, counts events, and says when it has
 * them all.
 *
 * @param {import("@fourwire/transport").Transport} transport
 * @returns {Promise<() => Promise<void>>} what ends it
 */
export async function serveBus(transport) {
  const bus = await connectBus({ transport });
  await bus.expose("add", (/** @type {number} */ a, /** @type {number} */ b) => a + b);
  await countEvents(bus);
  return async () => {
    await bus.close();
    await transport.close();
  };
}

/**
 * @param {import("@fourwire/bus").Bus} bus
 * @returns {Promise<void>}
 */
async function countEvents(bus) {
  let missing = 0;
  await bus.subscribe("events", (/** @type {Uint8Array} */ event) => {
    if (event.byteLength !== PAYLOAD_BYTES) throw new Error(`bench: an event of ${event.byteLength} bytes`);
    missing -= 1;
    if (missing === 0) void bus.publish("arrived", 1);
  });
  await bus.expose("expect", (/** @type {number} */ count) => {
    missing = count;
  });
}

/**
 * @param {import("@fourwire/transport").Transport} transport
 * @param {() => Promise<void>} [end] what ends after the transport
 * @returns {Promise<import("./peers.mjs").Connection>}
 */
export async function connectTo(transport, end = async () => undefined) {
  const bus = await connectBus({ transport });
  const payload = new Uint8Array(PAYLOAD_BYTES);
  const call = bus.stub("add");
  const queue = bus.queue("jobs");
  const expect = bus.stub("expect");
  let arrived = () => {};
  await bus.subscribe("arrived", () => arrived());
  return {
    async publish(count) {
      await expect(count);
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        arrived = resolve;
      });
      await Promise.all(Array.from({ length: count }, () => bus.publish("events", payload)));
      await completed;
    },
    call: async (a, b) => Number(await call(a, b)),
    put: (item) => queue.put(item),
    async work(count, concurrency) {
      let left = count;
      let complete = () => {};
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        complete = resolve;
      });
      const work = () => {
        left -= 1;
        if (left === 0) complete();
      };
      const consumer = queue.consume(work, { concurrency });
      await completed;
      // The last ones are still being acknowledged.
      await consumer.close();
    },
    async close() {
      await bus.close();
      await transport.close();
      await end();
    },
  };
}
