// @ts-check
import { Redis } from "../../../ioredis.mjs";
import { PendingCalls } from "../wire.mjs";

/**
 * @param {string} url
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(url) {
  const publisher = new Redis(url);
  const subscriber = new Redis(url);
  const calls = new PendingCalls();
  subscriber.on("messageBuffer", (_, reply) => calls.settle(reply));
  await subscriber.subscribe("replies");
  /** @param {Buffer} request */
  const write = (request) => void publisher.publish("requests", request).catch(ignore);
  return {
    add: (a, b) => calls.call(a, b, write),
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Takes no notice of what is cut off when the other end has closed: the harness counts what came back. */
function ignore() {}
