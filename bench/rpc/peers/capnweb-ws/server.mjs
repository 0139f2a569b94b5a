// @ts-check
import { newWebSocketRpcSession, RpcTarget } from "capnweb";
import { listen } from "../web-socket-server.mjs";
import { provideWebSocket } from "./platform.mjs";

provideWebSocket();

export class Calculator extends RpcTarget {
  /**
   * @param {number} a
   * @param {number} b
   * @returns {number}
   */
  add(a, b) {
    return a + b;
  }
}

/** @returns {Promise<import("../../../harness.mjs").RunningServer>} */
export function start() {
  return listen((socket) => {
    // capnweb asks for the browser's WebSocket, of which ws has all it uses.
    newWebSocketRpcSession(/** @type {any} */ (socket), new Calculator());
  });
}
