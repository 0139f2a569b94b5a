// @ts-check
import { connect as connectProxy } from "../../../rpc/peers/fourwire-zmq/client.mjs";
import { tookUs } from "../../peers.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const { add, close } = await connectProxy(address);
  return {
    async time(calls) {
      const us = new Float64Array(calls);
      for (let call = 0; call < calls; call += 1) {
        const startedMs = performance.now();
        us[call] = tookUs(startedMs, await add(call, 1), call + 1);
      }
      return us;
    },
    close,
  };
}
