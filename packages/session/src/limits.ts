/**
 * What bounds a conversation, and what it waits for by default.
 *
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The bounds of a session. Each end keeps its own and tells the other, which then fails early instead of being cut off. */
export interface Limits {
  /** The largest message accepted, all frames together. Default 16 MiB. */
  readonly maxMessageBytes: number;
  /** How deep a value may be nested. Default 100. */
  readonly maxDepth: number;
  /** The most elements, keys and values in one message. Default 1,000,000. */
  readonly maxItems: number;
  /** The most calls the other end may have running here at once. Default 65,536. */
  readonly maxCalls: number;
  /** The most bytes that wait to be sent; calls beyond it reject with `QUEUE_FULL`. Default 16 MiB. */
  readonly maxQueuedBytes: number;
  /** The bytes the other end may send before this end acknowledges. Default 4 MiB. */
  readonly windowBytes: number;
  /** The most streams open each way. Default 1,000. */
  readonly maxStreams: number;
  /** The most things each end may hold of the other's by reference. Default 100,000. */
  readonly maxReferences: number;
  /** The items of one stream that the other end may send ahead of the reader. Default 256. */
  readonly streamItems: number;
  /** The bytes of one stream that the other end may send ahead of the reader. Default 4 MiB. */
  readonly streamBytes: number;
}

/** Limits as a user gives them: what is left out has its default. */
export type LimitOptions = { readonly [Name in keyof Limits]?: number | undefined };

/** The limits that hold unless others are given. */
export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 16 * MIB,
  maxDepth: 100,
  maxItems: 1_000_000,
  maxCalls: 65_536,
  maxQueuedBytes: 16 * MIB,
  windowBytes: 4 * MIB,
  maxStreams: 1_000,
  maxReferences: 100_000,
  streamItems: 256,
  streamBytes: 4 * MIB,
};

/** How often an end shows that it lives, and how long it waits for the other to. */
export interface Heartbeat {
  /** The silence after which an end asks for a sign of life. Default 5,000 ms. */
  readonly intervalMs: number;
  /** The silence after which the other end is taken for lost. Default 15,000 ms. */
  readonly windowMs: number;
}

/** The heartbeat that holds unless another is given. */
export const DEFAULT_HEARTBEAT: Heartbeat = { intervalMs: 5_000, windowMs: 15_000 };

/** How an end that connected comes back after a lost channel. */
export interface Reconnect {
  /** How long it tries; after that the session is lost. Default 10,000 ms. */
  readonly windowMs: number;
  /** The wait before the second try, in ms; it doubles from try to try, less a random part. Default 50. */
  readonly minDelayMs: number;
  /** The longest wait between two tries, in ms. Default 2,000. */
  readonly maxDelayMs: number;
}

/** The way of coming back that holds unless another is given. */
export const DEFAULT_RECONNECT: Reconnect = { windowMs: 10_000, minDelayMs: 50, maxDelayMs: 2_000 };

/** What a listener keeps for clients that may come back. */
export interface Parking {
  /** How long a session waits for its client. Default 30,000 ms. */
  readonly forMs: number;
  /** The most sessions that wait; the one that waited longest is given up. Default 1,000. */
  readonly maxSessions: number;
  /** The most bytes that waiting sessions keep for their clients, all together. Default 64 MiB. */
  readonly maxBytes: number;
}

/** The parking that holds unless another is given. */
export const DEFAULT_PARKING: Parking = { forMs: 30_000, maxSessions: 1_000, maxBytes: 64 * MIB };

/** The time a call may take unless another is given: 30,000 ms. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** The time in which the far end must answer the opening message: 5,000 ms. */
export const DEFAULT_HANDSHAKE_TIMEOUT_MS = 5_000;

/** The longest time that a timer takes: above it, it would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** Byte values of this size and more travel as frames of their own: 8 KiB. */
export const FRAME_BYTES: number = 8 * KIB;

/** Fills in what was left out. Throws a `TypeError` that names a limit which is not a positive integer. */
export function completeLimits(options: LimitOptions = {}): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of limitNames()) {
    const value = options[name] ?? limits[name];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`limits.${name} is ${String(value)}; expected a positive integer`);
    }
    limits[name] = value;
  }
  return limits;
}

/** Fills in a heartbeat. Throws a `TypeError` when it could never be met. */
export function completeHeartbeat(options: Partial<Heartbeat> | false = {}): Heartbeat | false {
  if (options === false) return false;
  const heartbeat = { ...DEFAULT_HEARTBEAT, ...options };
  if (!(heartbeat.intervalMs > 0 && heartbeat.windowMs > heartbeat.intervalMs)) {
    throw new TypeError(
      `heartbeat is ${heartbeat.intervalMs} ms in ${heartbeat.windowMs} ms; expected an interval above 0 and a longer window`,
    );
  }
  return heartbeat;
}

/** Fills in how to come back. Throws a `TypeError` that names what is not a number of milliseconds. */
export function completeReconnect(options: Partial<Reconnect> | false = {}): Reconnect | false {
  if (options === false) return false;
  const reconnect = { ...DEFAULT_RECONNECT, ...options };
  checkPositive("reconnect", reconnect);
  return reconnect;
}

/** Fills in what is kept for clients that may come back. Throws a `TypeError` that names what is not a positive number. */
export function completeParking(options: Partial<Parking> = {}): Parking {
  const parking = { ...DEFAULT_PARKING, ...options };
  checkPositive("parking", parking);
  return parking;
}

function checkPositive(option: string, values: object): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(typeof value === "number" && value >= 0)) {
      throw new TypeError(`${option}.${name} is ${String(value)}; expected a number, 0 or more`);
    }
  }
}

function limitNames(): readonly (keyof Limits)[] {
  return [
    ...(["maxMessageBytes", "maxDepth", "maxItems", "maxCalls", "maxQueuedBytes"] as const),
    ...(["windowBytes", "maxStreams", "maxReferences", "streamItems", "streamBytes"] as const),
  ];
}
