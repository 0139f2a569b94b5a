// @ts-check
import { startRedis } from "../../redis-server.mjs";
import { createBroker } from "./broker.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return startRedis(serve);
}

/**
 * @param {string} url
 * @returns {Promise<() => Promise<void>>}
 */
async function serve(url) {
  const broker = createBroker("server", url);
  let missing = 0;
  broker.createService({
    name: "calculator",
    actions: {
      /** @param {{ params: { a: number, b: number } }} context */
      add: ({ params }) => params.a + params.b,
      /** @param {{ params: { count: number } }} context */
      expect: async ({ params }) => {
        // An event goes to those of whom the broker has heard.
        await broker.waitForServices("arrivals");
        missing = params.count;
      },
    },
    events: {
      event: () => {
        missing -= 1;
        if (missing === 0) void broker.emit("arrived", {});
      },
    },
  });
  await broker.start();
  return () => broker.stop();
}
