// @ts-check
import { connect as connectProxy } from "@fourwire/proxy";
import { ADDRESS } from "./calculator.mjs";

/**
 * Connects a proxy over a link to a child or a worker that this process started.
 *
 * @param {import("@fourwire/transport").Transport} transport
 * @param {() => Promise<unknown>} stop ends the child or worker
 * @returns {Promise<import("../peers.mjs").Connection>}
 */
export async function connectPrivate(transport, stop) {
  /** @type {unknown} */
  const connected = await connectProxy(ADDRESS, { transport });
  const calculator =
    /** @type {import("@fourwire/proxy").Remote<import("./calculator.mjs").Calculator> & AsyncDisposable} */ (
      connected
    );
  return {
    add: (a, b) => calculator.add(a, b),
    close: async () => {
      await calculator[Symbol.asyncDispose]();
      await transport.close();
      await stop();
    },
  };
}
