// @ts-check
import { serveHub, withHub } from "@fourwire/hub";
import { zmq } from "@fourwire/transport-zmq";
import { publishOrdered } from "../../publishing.mjs";

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export async function start() {
  const served = zmq();
  const hub = await serveHub({ transport: served, address: "tcp://127.0.0.1:0" });
  // The publisher reaches the hub as everybody does, over a connection of its own.
  const publisher = withHub(zmq(), hub.address);
  void publishOrdered(await publisher.topics.subscribe("orders"), publisher.topics);
  return {
    address: hub.address,
    close: async () => {
      await publisher.close();
      await hub.close();
      await served.close();
    },
  };
}
