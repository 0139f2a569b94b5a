/**
 * What a WebSocket transport can be told on Node and in browsers alike.
 *
 * @module
 */

import { DEFAULT_MAX_INBOX_BYTES } from "@fourwire/transport";

/** Limits and times; plain data. */
export interface LimitOptions {
  /**
   * The largest message in bytes, all frames together, to send and to receive.
   * A peer that sends more is cut off. Default 64 MiB, from 1 KiB to 1 GiB.
   */
  readonly maxMessageBytes?: number;
  /** The bytes a channel keeps for a reader that does not read; beyond it that channel is lost. Default 64 MiB, or `maxMessageBytes` if that is more. */
  readonly maxInboxBytes?: number;
  /** The bytes that may wait for the network before `send` waits for them to leave. Default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** How long `connect` waits for an answer before it is refused. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long closing a channel waits for the far end to have everything. Default 2,000. */
  readonly closeTimeoutMs?: number;
  /** Further subprotocols to offer, such as a token for `verify` where headers cannot be set. The far end never picks one. Default none. */
  readonly protocols?: readonly string[];
}

/** The limits with every default in place. */
export type LimitSettings = Required<LimitOptions>;

const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const LEAST_MAX_MESSAGE_BYTES = 1024;
/** Beyond 2 GiB `ws` has no limit at all: it reads the number as one of 32 bit. */
const MOST_MAX_MESSAGE_BYTES = 1024 ** 3;

/** The longest time that `setTimeout` takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** What the name of a subprotocol consists of: a token of RFC 9110. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Checks the limits and fills in the defaults. Throws a `TypeError` that names the field. */
export function settleLimits(options: LimitOptions): LimitSettings {
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  checkInteger("maxMessageBytes", maxMessageBytes, LEAST_MAX_MESSAGE_BYTES, MOST_MAX_MESSAGE_BYTES);
  const {
    maxInboxBytes = Math.max(DEFAULT_MAX_INBOX_BYTES, maxMessageBytes),
    maxBufferedBytes = 1024 * 1024,
    connectTimeoutMs = 5_000,
    closeTimeoutMs = 2_000,
    protocols = [],
  } = options;
  checkInteger("maxInboxBytes", maxInboxBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("maxBufferedBytes", maxBufferedBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("connectTimeoutMs", connectTimeoutMs, 1, LONGEST_MS);
  checkInteger("closeTimeoutMs", closeTimeoutMs, 0, LONGEST_MS);
  protocols.forEach((protocol, index) => {
    if (!TOKEN.test(protocol)) throw new TypeError(`protocols[${index}] is not the name of a subprotocol`);
  });
  return { maxMessageBytes, maxInboxBytes, maxBufferedBytes, connectTimeoutMs, closeTimeoutMs, protocols };
}

/** Checks a number. Throws a `TypeError` that names the field. */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  const isValid = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
  if (!isValid) throw new TypeError(`${name} is an integer from ${least} to ${most}, not ${String(value)}`);
}
