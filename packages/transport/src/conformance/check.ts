/**
 * What a check is, and what it is given.
 *
 * @module
 */

import type { Traits, Transport } from "../transport.ts";

/** A trait that a check relies on: `maxMessageBytes` stands for a limit that is finite. */
export type Need = "detectsLoss" | "topics" | "queues" | "logs" | "durable" | "maxMessageBytes";

/** One promise of the contract, and how to see whether a driver keeps it. */
export interface Check {
  /** A stable name, such as `channel/order`: the group before the slash. */
  readonly id: string;
  /** The promise, as a sentence of the contract. */
  readonly says: string;
  /** The trait without which the promise is not made. Default: every driver makes it. */
  readonly needs?: Need;
  /** The time after which the promise counts as broken. Default 5,000 ms. */
  readonly deadlineMs?: number;
  /** Rejects when the promise is broken. */
  run(bench: Bench): Promise<void>;
}

/** Somebody at the far end who can die without a goodbye. */
export interface Victim {
  /** Dies at once: the process is killed, the cable pulled. */
  kill(): unknown;
}

/** A driver under test, as its shared test describes it. */
export interface Fixture {
  /** The driver's name in test names and reports. */
  readonly name: string;
  /** Creates a transport. For `durable` drivers all that are created reach the same queues. */
  create(): Transport | Promise<Transport>;
  /** Gives an address to listen at, possibly one that stands for any free one, such as `tcp://127.0.0.1:0`. */
  address(): string | undefined;
  /** Gives an address at which nobody listens. Default: one that was listened at and is closed. */
  refusedAddress?(): string | Promise<string>;
  /** Gives an address that the driver does not understand. Default: the empty string. */
  invalidAddress?(): string;
  /**
   * Connects to the address from where it can die without a goodbye, such as
   * another process. Required with the trait `detectsLoss`.
   */
  victim?(transport: Transport, address: string): Victim | Promise<Victim>;
  /** What the channels of the transports that `create` creates keep unread. Default 64 MiB. */
  readonly maxInboxBytes?: number;
  /** The limit of one queue of the transports that `create` creates. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** The limit of one log of the transports that `create` creates. Default 64 MiB. */
  readonly maxLogBytes?: number;
}

/** What a check works with; all that it opens is closed after it. */
export interface Bench {
  readonly fixture: Fixture;
  /** A transport of its own. */
  readonly transport: Transport;
  /** Creates another transport. */
  create(): Promise<Transport>;
  /** Gives a name that nobody has used before, for topics and queues of brokers that remember. */
  unique(stem: string): string;
}

/** Says whether a driver makes the promises that need a trait. */
export function meets(traits: Traits, need: Need): boolean {
  return need === "maxMessageBytes" ? Number.isFinite(traits.maxMessageBytes) : traits[need];
}
