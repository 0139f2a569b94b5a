// @ts-check
import { connect } from "nats";
import { startNats } from "../../../bus/peers/nats/nats-server.mjs";
import { EVENT_BYTES } from "../../peers.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const server = await startNats();
  const publisher = await connect({ servers: server.address });
  const event = new Uint8Array(EVENT_BYTES);
  publisher.subscribe("orders", {
    callback: (_, order) => {
      for (let left = Number(order.string()); left > 0; left -= 1) publisher.publish("events", event);
    },
  });
  await publisher.flush();
  return {
    address: server.address,
    close: async () => {
      await publisher.close();
      await server.close();
    },
  };
}
