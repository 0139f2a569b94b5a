// @ts-check
import { connect as connectSocket } from "../../../rpc/peers/bare-zmq/client.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const { add, close } = await connectSocket(address);
  return {
    call: (turn) => add(turn & 0xffff, 1),
    get: undefined,
    set: undefined,
    getBeside: undefined,
    setBeside: undefined,
    wake: undefined,
    fanOut: undefined,
    fanOutBeside: undefined,
    bytes: undefined,
    bytesBeside: undefined,
    close,
  };
}
