/**
 * The contract between Fourwire's features and its drivers.
 *
 * @module
 */

export type { ChannelControl, ChannelOptions, Link, ListenerControl, ListenerMechanism } from "./channel.ts";
export { createChannel, createListener, DEFAULT_MAX_INBOX_BYTES } from "./channel.ts";
export type { ErrorCode } from "./errors.ts";
export { TransportError } from "./errors.ts";
export type { Frames } from "./frames.ts";
export { checkFrames, copyFrames, joinFrames, MAX_FRAMES, sizeOfFrames, splitFrames, weighFrames } from "./frames.ts";
export { Inbox } from "./inbox.ts";
export type { JournaledEntry, JournaledLog, LogJournal } from "./log-journal.ts";
export { checkAppendOptions, checkLogName, checkLogStart } from "./log-options.ts";
export type {
  AppendOptions,
  LogEntry,
  LogSize,
  LogStart,
  LogSubscription,
  Logs,
  ReadOptions,
  Retention,
} from "./logs.ts";
export { GivenFrame, SharedFrame } from "./marked-frames.ts";
export { EventBuffer } from "./memory-event-buffer.ts";
export type { MemoryLogsOptions } from "./memory-logs.ts";
export { MemoryLogs } from "./memory-logs.ts";
export type { MemoryQueuesOptions } from "./memory-queues.ts";
export { MemoryQueues } from "./memory-queues.ts";
export type { JournaledItem, QueueJournal } from "./queue-journal.ts";
export { checkLimit, checkMs, checkPutOptions, checkTakeOptions } from "./queue-options.ts";
export type {
  LimitOptions,
  PeekedItem,
  PutOptions,
  QueueItem,
  QueueSize,
  Queues,
  RateLimit,
  RetryOptions,
  TakeOptions,
} from "./queues.ts";
export { deadLettersOf } from "./queues.ts";
export { readInTurn } from "./reads-in-turn.ts";
export { SignalWatch } from "./signal-watch.ts";
export { checkPattern, checkTopic, compilePattern, hasWildcard, matchesTopic } from "./topic-pattern.ts";
export type { SubscribeOptions, TopicMessage, TopicSubscription, Topics } from "./topics.ts";
export type { Channel, Listener, Recipe, Traits, Transport } from "./transport.ts";
export type { WaitOptions } from "./wait-options.ts";
