// @ts-check
import { connect as connectProxy } from "@fourwire/proxy";
import { webSocket } from "@fourwire/transport-ws";

/**
 * @param {string} address
 * @param {Partial<import("@fourwire/proxy").ConnectOptions>} [options]
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address, options) {
  const transport = webSocket();
  /** @type {unknown} */
  const connected = await connectProxy(address, { ...options, transport });
  const calculator =
    /** @type {import("@fourwire/proxy").Remote<import("./server.mjs").Calculator> & AsyncDisposable} */ (connected);
  return {
    add: (a, b) => calculator.add(a, b),
    close: async () => {
      await calculator[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}
