/**
 * Events on the wire.
 *
 * One value: `[1, number, time, sender id, sender name, type, metadata, data]`.
 * The number is the sender's own count of events; the name is left out when it
 * is the id, and so are metadata that are empty.
 *
 * @module
 */

import type { Metadata, ValueCodec } from "@fourwire/session";
import type { Frames } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { type BusIdentity, identityOf, nameOnWire } from "./identity.ts";
import { isMetadata, metadataOnWire, NO_METADATA } from "./metadata.ts";

/** What came with an event. */
export interface EventMeta {
  /** The channel it was published on, which a pattern may only have matched. */
  readonly channel: string;
  /** Differs from the id of every other event. */
  readonly id: string;
  /** When it was published, by the publisher's clock. */
  readonly time: Date;
  /** The name of the class it is an instance of at the publisher, if any. Nothing is made by this name. */
  readonly type: string | undefined;
  readonly sender: BusIdentity;
  /** What the publisher sent along, W3C trace context among it. */
  readonly metadata: Metadata;
  /** The place of an event of a durable channel: what to subscribe `from` to go on behind it. */
  readonly position?: string | undefined;
  /** What an event of a durable channel is the value of. */
  readonly key?: string | undefined;
}

/** An event as it travels. */
export interface EventMessage {
  /** The sender's own count of events, which makes the id. */
  readonly number: number;
  readonly sender: BusIdentity;
  readonly type: string | undefined;
  readonly metadata: Metadata;
  readonly data: unknown;
}

const VERSION = 1;

/** Writes an event. Throws as the codec does, naming the path within the data. */
export function writeEvent(codec: ValueCodec, { number, sender, type, metadata, data }: EventMessage): Frames {
  const carried = metadataOnWire(metadata);
  return codec.encode([VERSION, number, Date.now(), sender.id, nameOnWire(sender), type, carried, data]);
}

/** Reads an event. Throws `UNREADABLE` when it is none. */
export function readEvent(codec: ValueCodec, channel: string, frames: Frames): { data: unknown; meta: EventMeta } {
  const message = decode(codec, frames, `The message on "${channel}"`);
  const [version, number, time, senderId, senderName, type, metadata = NO_METADATA, data] = message;
  if (version !== VERSION || typeof number !== "number" || typeof time !== "number") throw foreign(channel);
  const sender = identityOf(senderId, senderName);
  if (!sender || !isMetadata(metadata)) throw foreign(channel);
  const typeName = typeof type === "string" ? type : undefined;
  const id = `${sender.id}-${number}`;
  return { data, meta: { channel, id, time: new Date(time), type: typeName, sender, metadata } };
}

/** Reads a message as the array that every message of a bus is. Throws `UNREADABLE`. */
export function decode(codec: ValueCodec, frames: Frames, what: string): readonly unknown[] {
  try {
    const value = codec.decode(frames);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw new BusError("UNREADABLE", `${what} cannot be read`, { cause });
  }
  throw new BusError("UNREADABLE", `${what} is none of a bus`);
}

function foreign(channel: string): BusError {
  return new BusError("UNREADABLE", `The message on "${channel}" is no event of a bus`);
}
