// @ts-check
import { connect as connectNats, JSONCodec } from "nats";
import { PAYLOAD_BYTES } from "../../peers.mjs";

const json = JSONCodec();

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const client = await connectNats({ servers: address });
  let arrived = () => {};
  client.subscribe("arrived", { callback: () => arrived() });
  await client.flush();
  const jobs = client.jetstream();
  return {
    async publish(count) {
      await client.request("expect", json.encode(count));
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        arrived = resolve;
      });
      const payload = new Uint8Array(PAYLOAD_BYTES);
      for (let left = count; left > 0; left -= 1) client.publish("events", payload);
      await completed;
    },
    async call(a, b) {
      const reply = await client.request("add", json.encode([a, b]));
      return Number(json.decode(reply.data));
    },
    put: (payload) => jobs.publish("jobs", payload),
    async work(count, inFlight) {
      const consumer = await jobs.consumers.get("jobs", "workers");
      const items = await consumer.consume({ max_messages: inFlight });
      let left = count;
      for await (const item of items) {
        item.ack();
        left -= 1;
        if (left === 0) break;
      }
      await client.flush();
    },
    close: () => client.close(),
  };
}
