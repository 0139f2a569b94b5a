// @ts-check
import { createBroker, SERVER_NODE } from "./broker.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const broker = createBroker(SERVER_NODE, []);
  broker.createService({
    name: "calculator",
    actions: {
      /** @param {{ params: { a: number, b: number } }} context */
      add: ({ params }) => params.a + params.b,
    },
  });
  await broker.start();
  const { port } = /** @type {any} */ (broker).registry.nodes.localNode;
  return { address: `127.0.0.1:${port}/${SERVER_NODE}`, close: () => broker.stop() };
}
