/**
 * Fourwire over WebSocket: `ws:` and `wss:` addresses, on a port of its own or
 * beside an HTTP server.
 *
 * @module
 */

export type { LimitOptions } from "./limits.ts";
export type { TlsOptions, Verdict, Verify, WebSocketOptions } from "./options.ts";
export { webSocket } from "./web-socket.ts";
