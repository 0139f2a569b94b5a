// @ts-check
import { startRedis } from "../../../queue/redis-server.mjs";
import { createBroker, stopBroker } from "./broker.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const store = startRedis();
  const broker = createBroker("server", store.address);
  broker.createService({
    name: "calculator",
    actions: {
      /** @param {{ params: { a: number, b: number } }} context */
      add: ({ params }) => params.a + params.b,
    },
  });
  await broker.start();
  return {
    address: store.address,
    close: async () => {
      await stopBroker(broker);
      await store.close();
    },
  };
}
