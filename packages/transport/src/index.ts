/**
 * The contract between Fourwire's features and its drivers.
 *
 * @module
 */

export type { ChannelControl, ChannelOptions, Link, ListenerControl, ListenerMechanism } from "./channel.ts";
export { createChannel, createListener, DEFAULT_MAX_INBOX_BYTES } from "./channel.ts";
export type { ErrorCode } from "./errors.ts";
export { TransportError } from "./errors.ts";
export { joinFrames, sizeOfFrames, splitFrames } from "./frames.ts";
export { Inbox } from "./inbox.ts";
export type { QueueItem, QueueSize, Queues, RetryOptions, TakeOptions } from "./queues.ts";
export type { SubscribeOptions, TopicMessage, TopicSubscription, Topics } from "./topics.ts";
export type { Channel, Frames, Listener, Recipe, Traits, Transport, WaitOptions } from "./transport.ts";
