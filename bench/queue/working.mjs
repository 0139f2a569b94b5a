// @ts-check

/**
 * Connects to queues of a transport.
 *
 * @param {import("@fourwire/transport").Transport} transport
 * @returns {import("./peers.mjs").Connection}
 */
export function createConnection(transport) {
  const { queues } = transport;
  if (queues === undefined) throw new Error("bench: the transport has no queues");
  return {
    async put(payload) {
      await queues.put("jobs", [payload]);
    },
    async work(count, inFlight) {
      let left = count;
      const workOn = async () => {
        while (left > 0) {
          left -= 1;
          const item = await queues.take("jobs");
          await item.ack();
        }
      };
      await Promise.all(Array.from({ length: inFlight }, workOn));
    },
    close: () => transport.close(),
  };
}
