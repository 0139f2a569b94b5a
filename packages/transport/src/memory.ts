/**
 * The memory driver: everything within one process.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import type { FaultOptions, Faults } from "./faults.ts";
import type { Logs } from "./logs.ts";
import { createMemoryChannels } from "./memory-channels.ts";
import { MemoryLogs } from "./memory-logs.ts";
import { MemoryQueues } from "./memory-queues.ts";
import { createMemoryTopics } from "./memory-topics.ts";
import type { Queues } from "./queues.ts";
import type { Topics } from "./topics.ts";
import type { Traits, Transport } from "./transport.ts";

export type { FaultOptions, Faults } from "./faults.ts";

const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_LOG_BYTES = 64 * 1024 * 1024;

/** Limits and faults of a memory network. */
export interface MemoryOptions {
  /** The largest message in bytes; a larger one rejects with `TOO_LARGE`. Default: no limit. */
  readonly maxMessageBytes?: number | undefined;
  /** The bytes kept for a reader that does not read; beyond it the channel is lost. Default 64 MiB. */
  readonly maxInboxBytes?: number | undefined;
  /** The bytes that one queue holds; `put` rejects with `TOO_LARGE` beyond it. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** The bytes that one log holds, whatever its retention says; the oldest entries make room. Default 64 MiB. */
  readonly maxLogBytes?: number | undefined;
  /** What goes wrong from the start. Default: nothing. */
  readonly faults?: FaultOptions | undefined;
}

/** A memory network, with the handle that breaks it. */
export interface MemoryTransport extends Transport {
  readonly topics: Topics;
  readonly queues: Queues;
  readonly logs: Logs;
  /** Breaks the channels' promises on purpose, to test what stands above them. */
  readonly faults: Faults;
}

/**
 * Creates a private network within this process, with all ports.
 *
 * Two networks never see each other, so a test that makes its own needs no
 * cleanup. Addresses are any names.
 *
 * @example
 * ```ts
 * const transport = memory();
 * await using listener = await transport.listen("calculator");
 * await using channel = await transport.connect("calculator");
 * ```
 */
export function memory(options: MemoryOptions = {}): MemoryTransport {
  const { maxMessageBytes = Number.POSITIVE_INFINITY, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES } = options;
  const { maxLogBytes = DEFAULT_MAX_LOG_BYTES } = options;
  const channels = createMemoryChannels(options);
  const topics = createMemoryTopics(maxMessageBytes);
  const queues = new MemoryQueues({ maxMessageBytes, maxQueuedBytes });
  const logs = new MemoryLogs({ maxMessageBytes, maxLogBytes });
  let closing: Promise<void> | undefined;
  const checkOpen = (): void => {
    if (closing) throw new TransportError("CLOSED", "The memory network is closed");
  };
  const close = (): Promise<void> => {
    topics.close();
    queues.close();
    logs.close();
    closing ??= channels.close();
    return closing;
  };
  return {
    name: "memory",
    traits: createTraits(maxMessageBytes),
    topics,
    queues,
    logs,
    faults: channels.faults,
    async connect(address, wait) {
      checkOpen();
      return channels.connect(address, wait);
    },
    async listen(address, wait) {
      checkOpen();
      return channels.listen(address, wait);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createTraits(maxMessageBytes: number): Traits {
  return {
    detectsLoss: true,
    topics: true,
    queues: true,
    logs: true,
    durable: false,
    transferables: false,
    encrypted: true,
    local: true,
    maxMessageBytes,
  };
}
