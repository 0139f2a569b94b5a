// @ts-check
import { serve } from "@fourwire/proxy";
import { redis } from "@fourwire/transport-redis";
import { startRedis } from "../../../queue/redis-server.mjs";
import { ADDRESS, Calculator } from "../calculator.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const store = startRedis();
  const transport = redis({ url: store.address });
  const server = await serve(new Calculator(), ADDRESS, { transport });
  return {
    address: store.address,
    close: async () => {
      await server[Symbol.asyncDispose]();
      await transport.close();
      await store.close();
    },
  };
}
