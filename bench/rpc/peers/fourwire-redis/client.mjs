// @ts-check
import { connect as connectProxy } from "@fourwire/proxy";
import { redis } from "@fourwire/transport-redis";
import { ADDRESS } from "../calculator.mjs";

/**
 * @param {string} url
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(url) {
  const transport = redis({ url });
  /** @type {unknown} */
  const connected = await connectProxy(ADDRESS, { transport });
  const calculator =
    /** @type {import("@fourwire/proxy").Remote<import("../calculator.mjs").Calculator> & AsyncDisposable} */ (
      connected
    );
  return {
    add: (a, b) => calculator.add(a, b),
    close: async () => {
      await calculator[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}
