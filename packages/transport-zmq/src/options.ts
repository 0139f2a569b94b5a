/**
 * What a ZeroMQ transport can be told.
 *
 * @module
 */

import { DEFAULT_MAX_INBOX_BYTES } from "@fourwire/transport";
import type { CurveOptions } from "./curve.ts";
import { checkCurve } from "./curve.ts";

/** How a ZeroMQ transport behaves; plain data, so that it can travel in a recipe. */
export interface ZmqOptions {
  /**
   * The largest message in bytes, all frames together, to send and to receive.
   * A peer that sends more is cut off. Default 64 MiB, at least 1 KiB.
   */
  readonly maxMessageBytes?: number;
  /** The bytes a channel keeps for a reader that does not read; beyond it that channel is lost. Default 64 MiB, or `maxMessageBytes` if that is more. */
  readonly maxInboxBytes?: number;
  /** The channels a listener has open at once; further ones are refused. Default 10,000. */
  readonly maxChannels?: number;
  /** How long `connect` waits for an answer before it is refused. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long closing a channel waits for the far end to have everything. Default 2,000. */
  readonly closeTimeoutMs?: number;
  /**
   * How often the kernel checks that the far end's machine is still there, over
   * `tcp:`, in whole seconds, rounded up; after three checks without an answer
   * the channel is lost. The kernel answers, so a far end that is merely busy
   * is not. Default 10,000; 0 turns it off.
   */
  readonly keepaliveMs?: number;
  /** Encryption and authentication of `tcp:` and `ipc:`. Default none. */
  readonly curve?: CurveOptions;
}

/** The options with every default in place. */
export interface Settings {
  readonly maxMessageBytes: number;
  readonly maxInboxBytes: number;
  readonly maxChannels: number;
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly curve: CurveOptions | undefined;
}

const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const LEAST_MAX_MESSAGE_BYTES = 1024;

/** The longest time that `setTimeout` and libzmq take. */
const LONGEST_MS = 2 ** 31 - 1;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the field. */
export function settle(options: ZmqOptions): Settings {
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  checkInteger("maxMessageBytes", maxMessageBytes, LEAST_MAX_MESSAGE_BYTES, Number.MAX_SAFE_INTEGER);
  const {
    maxInboxBytes = Math.max(DEFAULT_MAX_INBOX_BYTES, maxMessageBytes),
    maxChannels = 10_000,
    connectTimeoutMs = 5_000,
    closeTimeoutMs = 2_000,
    keepaliveMs = 10_000,
    curve,
  } = options;
  checkInteger("maxInboxBytes", maxInboxBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("maxChannels", maxChannels, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("connectTimeoutMs", connectTimeoutMs, 1, LONGEST_MS);
  checkInteger("closeTimeoutMs", closeTimeoutMs, 0, LONGEST_MS);
  checkInteger("keepaliveMs", keepaliveMs, 0, LONGEST_MS / 3);
  if (curve !== undefined) checkCurve(curve);
  return { maxMessageBytes, maxInboxBytes, maxChannels, connectTimeoutMs, closeTimeoutMs, keepaliveMs, curve };
}

function checkInteger(name: string, value: unknown, least: number, most: number): void {
  const isValid = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
  if (!isValid) throw new TypeError(`${name} is an integer from ${least} to ${Math.floor(most)}, not ${String(value)}`);
}
