// @ts-check
import { testServer } from "@fourwire/transport-redis/test-server";
import { Redis } from "../../../ioredis.mjs";
import { EVENT_BYTES } from "../../peers.mjs";

/** The events that leave as one pipeline: more are no faster. */
const PIPELINE = 1000;

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = testServer();
  const publisher = new Redis(server.url);
  const orders = new Redis(server.url);
  orders.on("message", (_, count) => void publish(publisher, Number(count)));
  await orders.subscribe("orders");
  return {
    address: server.url,
    close: async () => {
      publisher.disconnect();
      orders.disconnect();
      await server.stop();
    },
  };
}

/**
 * @param {import("ioredis").Redis} publisher
 * @param {number} count
 * @returns {Promise<void>}
 */
async function publish(publisher, count) {
  const event = Buffer.alloc(EVENT_BYTES);
  const pipelines = [];
  for (let left = count; left > 0; left -= PIPELINE) {
    const pipeline = publisher.pipeline();
    for (let one = Math.min(left, PIPELINE); one > 0; one -= 1) pipeline.publish("events", event);
    pipelines.push(pipeline.exec());
  }
  await Promise.all(pipelines);
}
