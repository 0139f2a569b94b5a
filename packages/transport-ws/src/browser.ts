/**
 * Fourwire over WebSocket in browsers: pages and workers that connect.
 *
 * @module
 */

export type { LimitOptions } from "./limits.ts";
export type { WebSocketOptions } from "./platform-web-socket.ts";
export { webSocket } from "./platform-web-socket.ts";
