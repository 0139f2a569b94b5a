// @ts-check
import { Redis } from "../../../ioredis.mjs";
import { PAYLOAD_BYTES } from "../../peers.mjs";

/** The events that leave as one pipeline: more are no faster. */
const PIPELINE = 1000;

/**
 * Events on PUBLISH, calls as a request and a reply on channels, items on a
 * list, taken to a second one with BLMOVE and acknowledged with LREM.
 *
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const client = new Redis(address);
  const replies = new Redis(address);
  /** @type {Map<number, (sum: number) => void>} */
  const calls = new Map();
  let last = 0;
  let arrived = () => {};
  replies.on("message", (channel, text) => {
    if (channel === "arrived") return arrived();
    const [number = 0, sum = 0] = JSON.parse(text);
    calls.get(number)?.(sum);
    calls.delete(number);
  });
  await replies.subscribe("arrived", "replies");
  return {
    async publish(count) {
      await client.publish("expect", String(count));
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        arrived = resolve;
      });
      const payload = Buffer.alloc(PAYLOAD_BYTES);
      for (let left = count; left > 0; left -= PIPELINE) {
        const pipeline = client.pipeline();
        for (let one = Math.min(left, PIPELINE); one > 0; one -= 1) pipeline.publish("events", payload);
        void pipeline.exec();
      }
      await completed;
    },
    call(a, b) {
      last += 1;
      const number = last;
      return new Promise((resolve) => {
        calls.set(number, resolve);
        void client.publish("calls", JSON.stringify([number, a, b]));
      });
    },
    put: (payload) => client.lpush("jobs", Buffer.from(payload.buffer)),
    async work(count, inFlight) {
      let left = count;
      const slot = async () => {
        while (left > 0) {
          left -= 1;
          const item = await client.lmoveBuffer("jobs", "taken", "RIGHT", "LEFT");
          if (item) await client.lrem("taken", -1, item);
        }
      };
      await Promise.all(Array.from({ length: inFlight }, slot));
    },
    async close() {
      client.disconnect();
      replies.disconnect();
    },
  };
}
