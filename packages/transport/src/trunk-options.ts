/**
 * The limits of a trunk, which its drivers have in common.
 *
 * @module
 */

import { DEFAULT_MAX_INBOX_BYTES } from "./channel.ts";

/** Limits of the channels over one private link; plain data. */
export interface TrunkOptions {
  /** The largest message in bytes, all frames together, to send and to receive. */
  readonly maxMessageBytes?: number | undefined;
  /** The bytes a channel keeps for a reader that does not read; beyond it that channel is lost. Default 64 MiB, or `maxMessageBytes` if that is more. */
  readonly maxInboxBytes?: number | undefined;
  /** The channels open at once; further ones are refused. Default 10,000. */
  readonly maxChannels?: number | undefined;
  /** How long `connect` waits for the far end to answer, starting up included. Default 30,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long closing a channel waits for the far end to have everything. Default 2,000. */
  readonly closeTimeoutMs?: number | undefined;
}

/** The limits with every default in place. */
export interface TrunkSettings {
  readonly maxMessageBytes: number;
  readonly maxInboxBytes: number;
  readonly maxChannels: number;
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
}

/** The longest time that `setTimeout` takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Checks the limits and fills in the defaults. Throws a `TypeError` that names the field. */
export function settleTrunk(
  options: TrunkOptions,
  defaultMaxMessageBytes: number,
  mostMessageBytes: number = Number.POSITIVE_INFINITY,
): TrunkSettings {
  const {
    maxMessageBytes = defaultMaxMessageBytes,
    maxInboxBytes = Math.max(
      DEFAULT_MAX_INBOX_BYTES,
      maxMessageBytes === Number.POSITIVE_INFINITY ? 0 : maxMessageBytes,
    ),
    maxChannels = 10_000,
    connectTimeoutMs = 30_000,
    closeTimeoutMs = 2_000,
  } = options;
  if (maxMessageBytes !== mostMessageBytes) checkInteger("maxMessageBytes", maxMessageBytes, 1, mostMessageBytes);
  checkInteger("maxInboxBytes", maxInboxBytes, 0);
  checkInteger("maxChannels", maxChannels, 1);
  checkInteger("connectTimeoutMs", connectTimeoutMs, 1, LONGEST_MS);
  checkInteger("closeTimeoutMs", closeTimeoutMs, 0, LONGEST_MS);
  return { maxMessageBytes, maxInboxBytes, maxChannels, connectTimeoutMs, closeTimeoutMs };
}

function checkInteger(name: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  const isValid = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
  if (!isValid) throw new TypeError(`${name} is an integer from ${least} to ${most}, not ${String(value)}`);
}
