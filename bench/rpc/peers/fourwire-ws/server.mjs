// @ts-check
import { serve } from "@fourwire/proxy";
import { webSocket } from "@fourwire/transport-ws";

export class Calculator {
  /**
   * @param {number} a
   * @param {number} b
   * @returns {number}
   */
  add(a, b) {
    return a + b;
  }
}

/**
 * @param {Partial<import("@fourwire/proxy").ServeOptions>} [options]
 * @returns {Promise<import("../../../harness.mjs").RunningServer>}
 */
export async function start(options) {
  const transport = webSocket();
  const server = await serve(new Calculator(), "ws://127.0.0.1:0", { ...options, transport });
  return {
    address: server.address,
    close: async () => {
      await server[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}
