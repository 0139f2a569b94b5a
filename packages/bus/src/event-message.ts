/**
 * Events on the wire.
 *
 * One value: `[1, id, time, sender id, sender name, type, metadata, data]`.
 *
 * @module
 */

import type { Metadata, ValueCodec } from "@fourwire/session";
import type { Frames } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { isMetadata, NO_METADATA } from "./metadata.ts";
import type { BusIdentity } from "./parts.ts";

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
  readonly id: string;
  readonly sender: BusIdentity;
  readonly type: string | undefined;
  readonly metadata: Metadata;
  readonly data: unknown;
}

const VERSION = 1;

/** Writes an event. Throws as the codec does, naming the path within the data. */
export function writeEvent(codec: ValueCodec, { id, sender, type, metadata, data }: EventMessage): Frames {
  return codec.encode([VERSION, id, Date.now(), sender.id, sender.name, type, metadata, data]);
}

/** Reads an event. Throws `UNREADABLE` when it is none. */
export function readEvent(codec: ValueCodec, channel: string, frames: Frames): { data: unknown; meta: EventMeta } {
  const message = decode(codec, frames, `The message on "${channel}"`);
  const [version, id, time, senderId, senderName, type, metadata = NO_METADATA, data] = message;
  if (version !== VERSION || typeof id !== "string" || typeof time !== "number") throw foreign(channel);
  if (typeof senderId !== "string" || typeof senderName !== "string" || !isMetadata(metadata)) throw foreign(channel);
  const sender = { id: senderId, name: senderName };
  return {
    data,
    meta: { channel, id, time: new Date(time), type: typeof type === "string" ? type : undefined, sender, metadata },
  };
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
