// @ts-check
import { connectSync } from "@fourwire/proxy/sync";
import { tookUs } from "../../peers.mjs";

/**
 * @param {string} address
 * @returns {import("../../peers.mjs").Connection}
 */
export function connect(address) {
  /** @type {ReturnType<typeof connectSync<import("../../../rpc/peers/fourwire-zmq/server.mjs").Calculator>>} */
  const calculator = connectSync(address);
  return {
    time(calls) {
      const us = new Float64Array(calls);
      for (let call = 0; call < calls; call += 1) {
        const startedMs = performance.now();
        us[call] = tookUs(startedMs, calculator.add(call, 1), call + 1);
      }
      return us;
    },
    close: () => calculator[Symbol.dispose](),
  };
}
