// @ts-check
import { WebSocket } from "ws";

/**
 * Gives Node 20 the global `WebSocket` that later versions have: capnweb
 * compares the state of every socket with its constants.
 *
 * @returns {void}
 */
export function provideWebSocket() {
  Object.assign(globalThis, { WebSocket });
}
