/**
 * Items of a queue on the wire.
 *
 * An item is one value: `[1, time, sender id, sender name, metadata, reply, data]`,
 * where `reply` is the number under which the sender waits for the result, and
 * the name is left out when it is the id. A dead letter is
 * `["dead", reason, error, deliveries, time, frames]` around the item as it was;
 * in a queue, where a transport may have put it back as it is, it stands for that item.
 *
 * @module
 */

import type { Metadata, ValueCodec } from "@fourwire/session";
import type { Frames } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { decode } from "./event-message.ts";
import { type BusIdentity, identityOf, nameOnWire } from "./identity.ts";
import { isMetadata, metadataOnWire, NO_METADATA } from "./metadata.ts";

/** What came with an item. */
export interface ItemMeta {
  /** When it was put, by the clock of whoever put it. */
  readonly time: Date;
  readonly sender: BusIdentity;
  /** What the sender sent along, W3C trace context among it. */
  readonly metadata: Metadata;
}

/** An item as it arrived. */
export interface ReadItem {
  readonly data: unknown;
  readonly meta: ItemMeta;
  /** The number under which the sender waits for the result. */
  readonly reply: number | undefined;
}

const VERSION = 1;
const DEAD = "dead";

/** Writes an item. Throws as the codec does, naming the path within the data. */
export function writeItem(
  codec: ValueCodec,
  sender: BusIdentity,
  item: { readonly metadata: Metadata; readonly reply: number | undefined; readonly data: unknown },
): Frames {
  const { metadata, reply, data } = item;
  return codec.encode([VERSION, Date.now(), sender.id, nameOnWire(sender), metadataOnWire(metadata), reply, data]);
}

/** Reads an item. Throws `UNREADABLE`. */
export function readItem(codec: ValueCodec, queue: string, frames: Frames): ReadItem {
  const message = decode(codec, frames, `The item of queue "${queue}"`);
  const replayed = contentOf(message);
  const [version, time, senderId, senderName, metadata = NO_METADATA, reply, data] = replayed
    ? decode(codec, replayed, `The item of queue "${queue}"`)
    : message;
  const sender = identityOf(senderId, senderName);
  if (version !== VERSION || typeof time !== "number" || !isMetadata(metadata) || !sender) {
    throw new BusError("UNREADABLE", `The item of queue "${queue}" is none of a bus`);
  }
  const meta = { time: new Date(time), sender, metadata };
  return { data, meta, reply: typeof reply === "number" ? reply : undefined };
}

/** The frames within a dead letter; `undefined` for any other message. */
function contentOf([kind, , , , , frames]: readonly unknown[]): Frames | undefined {
  return kind === DEAD && isFrames(frames) ? frames : undefined;
}

/** Why an item is a dead letter. */
export type DeathReason = "failed" | "rejected" | "unreadable" | "invalid" | "unknown";

/** What a dead letter holds. */
export interface Death {
  readonly reason: DeathReason;
  /** What its last handler threw, or what was wrong with it. */
  readonly error: Error | undefined;
  /** The number of times it was delivered. */
  readonly deliveries: number;
  /** When it was given up; absent when another program than a bus rejected it. */
  readonly time: Date | undefined;
  /** The item as it was put. */
  readonly frames: Frames;
}

/** Writes a dead letter. */
export function writeDeath(codec: ValueCodec, { reason, error, deliveries, frames }: Death): Frames {
  // One that came back as a dead letter does not become one within another.
  return codec.encode([DEAD, reason, error, deliveries, Date.now(), [...readDeath(codec, frames).frames]]);
}

/** Reads a dead letter; one that no bus wrote is what it is. */
export function readDeath(codec: ValueCodec, frames: Frames): Death {
  const unknown: Death = { reason: "unknown", error: undefined, deliveries: 0, time: undefined, frames };
  try {
    const [kind, reason, error, deliveries, time, parts] = decode(codec, frames, "The dead letter");
    if (kind !== DEAD || !isReason(reason) || typeof deliveries !== "number" || !isFrames(parts)) return unknown;
    return {
      reason,
      error: error instanceof Error ? error : undefined,
      deliveries,
      time: typeof time === "number" ? new Date(time) : undefined,
      frames: parts,
    };
  } catch {
    return unknown;
  }
}

const REASONS: ReadonlySet<unknown> = new Set<DeathReason>(["failed", "rejected", "unreadable", "invalid", "unknown"]);

function isReason(reason: unknown): reason is DeathReason {
  return REASONS.has(reason);
}

function isFrames(value: unknown): value is Frames {
  return Array.isArray(value) && value.length > 0 && value.every((frame) => frame instanceof Uint8Array);
}
