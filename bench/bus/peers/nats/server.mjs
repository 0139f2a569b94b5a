// @ts-check
import { connect, JSONCodec } from "nats";
import { startNats } from "./nats-server.mjs";

const json = JSONCodec();

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = await startNats();
  const client = await connect({ servers: server.address });
  await serve(client);
  const manager = await client.jetstreamManager();
  const [retention, storage] = [/** @type {any} */ ("workqueue"), /** @type {any} */ ("memory")];
  await manager.streams.add({ name: "jobs", subjects: ["jobs"], retention, storage });
  await manager.consumers.add("jobs", { durable_name: "workers", ack_policy: /** @type {any} */ ("explicit") });
  return {
    address: server.address,
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

/**
 * @param {import("nats").NatsConnection} client
 * @returns {Promise<void>}
 */
async function serve(client) {
  let missing = 0;
  client.subscribe("add", {
    callback: (_, message) => {
      const [a = 0, b = 0] = /** @type {number[]} */ (json.decode(message.data));
      message.respond(json.encode(a + b));
    },
  });
  client.subscribe("expect", {
    callback: (_, message) => {
      missing = Number(json.decode(message.data));
      message.respond();
    },
  });
  client.subscribe("events", {
    callback: () => {
      missing -= 1;
      if (missing === 0) client.publish("arrived");
    },
  });
  await client.flush();
}
