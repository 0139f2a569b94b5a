// @ts-check
import { once } from "node:events";
import { WebSocket } from "ws";
import { PendingCalls } from "../wire.mjs";

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  const calls = new PendingCalls();
  socket.on("message", (reply) => {
    if (Buffer.isBuffer(reply)) calls.settle(reply);
  });
  /** @param {Buffer} request */
  const write = (request) => socket.send(request);
  return { add: (a, b) => calls.call(a, b, write), close: async () => socket.close() };
}
