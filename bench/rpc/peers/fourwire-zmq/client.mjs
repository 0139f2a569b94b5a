// @ts-check
import { connect as connectProxy } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const transport = zmq();
  /** @type {Awaited<ReturnType<typeof connectProxy<import("./server.mjs").Calculator>>>} */
  const calculator = await connectProxy(address, { transport });
  return {
    add: (a, b) => calculator.add(a, b),
    close: async () => {
      await calculator[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}
