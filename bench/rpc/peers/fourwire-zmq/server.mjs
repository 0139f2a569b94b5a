// @ts-check
import { serve } from "@fourwire/proxy";
import { zmq } from "@fourwire/transport-zmq";

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

/** @returns {Promise<import("../../peers.mjs").RunningServer>} */
export async function start() {
  const transport = zmq();
  const server = await serve(new Calculator(), "tcp://127.0.0.1:0", { transport });
  return {
    address: server.address,
    close: async () => {
      await server[Symbol.asyncDispose]();
      await transport.close();
    },
  };
}
