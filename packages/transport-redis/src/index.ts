/**
 * Fourwire over Redis: channels, topics and durable queues.
 *
 * @module
 */

export type { RedisTransportOptions } from "./options.ts";
export { redis } from "./redis.ts";
