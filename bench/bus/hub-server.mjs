// @ts-check
import { serveHub, withHub } from "@fourwire/hub";
import { serveBus } from "./working.mjs";

/**
 * Serves a hub, and a bus that reaches it as everybody does, over a connection
 * of its own.
 *
 * @param {() => import("@fourwire/transport").Transport} create
 * @param {string} at
 * @param {import("@fourwire/hub").HubBackend} [backend]
 * @returns {Promise<import("../harness.mjs").RunningServer>}
 */
export async function startHub(create, at, backend) {
  const transport = create();
  const hub = await serveHub({ transport, address: at, ...(backend ? { backend } : { maxQueuedBytes: 1024 ** 3 }) });
  const end = await serveBus(withHub(create(), hub.address));
  return {
    address: hub.address,
    close: async () => {
      await end();
      await hub.close();
      await transport.close();
    },
  };
}
