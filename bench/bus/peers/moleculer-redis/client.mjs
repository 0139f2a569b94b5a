// @ts-check
import { PAYLOAD_BYTES } from "../../peers.mjs";
import { createBroker } from "./broker.mjs";

const DISCOVERY_MS = 10_000;

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const broker = createBroker("client", address);
  let arrived = () => {};
  broker.createService({ name: "arrivals", events: { arrived: () => arrived() } });
  await broker.start();
  await broker.waitForServices("calculator", DISCOVERY_MS);
  // Its messages are JSON: bytes travel as base64.
  const text = Buffer.alloc(PAYLOAD_BYTES).toString("base64");
  return {
    async publish(count) {
      await broker.call("calculator.expect", { count });
      /** @type {Promise<void>} */
      const completed = new Promise((resolve) => {
        arrived = resolve;
      });
      await Promise.all(Array.from({ length: count }, () => broker.emit("event", { text })));
      await completed;
    },
    call: (a, b) => broker.call("calculator.add", { a, b }),
    close: () => broker.stop(),
  };
}
