/**
 * Topics and queues over any transport: one process serves them to all others.
 *
 * @module
 */

export type { FullPolicy } from "./outlet.ts";
export type { Hub, HubBackend, ServeHubOptions } from "./serve-hub.ts";
export { serveHub } from "./serve-hub.ts";
export type { Gap, HubSubscribeOptions } from "./switchboard.ts";
export type { HubTopics, HubTransport, WithHubOptions } from "./with-hub.ts";
export { withHub } from "./with-hub.ts";
