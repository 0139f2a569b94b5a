// @ts-check
import { once } from "node:events";
import { newWebSocketRpcSession } from "capnweb";
import { WebSocket } from "ws";
import { provideWebSocket } from "./platform.mjs";

provideWebSocket();

/**
 * @param {string} address
 * @returns {Promise<import("../../peers.mjs").Connection>}
 */
export async function connect(address) {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  /** @type {import("capnweb").RpcStub<import("./server.mjs").Calculator>} */
  const calculator = newWebSocketRpcSession(/** @type {any} */ (socket));
  return { add: (a, b) => calculator.add(a, b), close: async () => calculator[Symbol.dispose]() };
}
