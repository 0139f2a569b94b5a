// @ts-check
import { Redis } from "../../../ioredis.mjs";
import { startRedis } from "../../redis-server.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startRedis(serve);
}

/**
 * @param {string} url
 * @returns {Promise<() => Promise<void>>}
 */
async function serve(url) {
  const client = new Redis(url);
  const requests = new Redis(url);
  let missing = 0;
  requests.on("messageBuffer", (/** @type {Buffer} */ channel, /** @type {Buffer} */ payload) => {
    const name = channel.toString();
    if (name === "events") {
      missing -= 1;
      if (missing === 0) void client.publish("arrived", "1");
    } else if (name === "expect") {
      missing = Number(payload.toString());
    } else {
      const [number = 0, a = 0, b = 0] = JSON.parse(payload.toString());
      void client.publish("replies", JSON.stringify([number, a + b]));
    }
  });
  await requests.subscribe("events", "expect", "calls");
  return async () => {
    client.disconnect();
    requests.disconnect();
  };
}
