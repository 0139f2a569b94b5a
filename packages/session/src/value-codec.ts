/**
 * Single values as frames, for those who carry them beside a session.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import type { CodecName } from "./codec-names.ts";
import { createCodec } from "./codecs.ts";
import { SessionError } from "./errors.ts";
import { completeLimits, type LimitOptions } from "./limits.ts";
import { Packer } from "./packer.ts";
import { type ErrorClass, withBuiltInErrors } from "./remote-error.ts";
import { Unpacker } from "./unpacker.ts";

/** How values are written and read. Everything has the default of a session. */
export interface ValueCodecOptions {
  readonly codec?: CodecName | undefined;
  /** Those about one message: `maxMessageBytes`, `maxDepth`, `maxItems`. */
  readonly limits?: LimitOptions | undefined;
  /** The classes of which received errors become instances, by the errors' `name`. The built-in ones are always there. */
  readonly errors?: Readonly<Record<string, ErrorClass>> | undefined;
  /** Whether errors cross with their stack traces. Default `false`. */
  readonly showStacks?: boolean | undefined;
}

/** Carries the values that a session carries, streams and signals apart: these belong to a call. */
export interface ValueCodec {
  /** Writes a value. Throws `NOT_SERIALIZABLE` or `LIMIT_EXCEEDED`, naming the path. */
  encode(value: unknown): Frames;
  /** Reads what `encode` wrote. Throws `MALFORMED` or `LIMIT_EXCEEDED`; hostile bytes cost no more than their length. */
  decode(frames: Frames): unknown;
}

/** Makes a codec of single values. Throws a `TypeError` for options that make no sense. */
export function createValueCodec(options: ValueCodecOptions = {}): ValueCodec {
  const codec = createCodec(options.codec ?? "cbor");
  const limits = completeLimits(options.limits);
  const classes = withBuiltInErrors(options.errors);
  const packer = new Packer({ limits, codec, showStack: options.showStacks ?? false });
  return {
    encode(value) {
      const packed = packer.pack(value);
      if (packer.streams.length > 0) {
        throw new SessionError("NOT_SERIALIZABLE", "The value holds an async iterable, which crosses in calls only");
      }
      for (const [index, loose] of packer.frames.entries()) loose.place(index + 1);
      return [codec.encode([packed]), ...packer.frames.map(({ bytes }) => bytes)];
    },

    decode(frames) {
      const [first] = frames;
      if (!first) throw new SessionError("MALFORMED", "A value has at least one frame");
      const { message, tagged } = codec.decode(first, limits);
      if (message.length !== 1) throw new SessionError("MALFORMED", "A value is written as an array of one");
      const [value] = message;
      return tagged ? new Unpacker(frames, classes, NO_STREAMS, undefined).unpack(value) : value;
    },
  };
}

/** What stands for the streams where there are none. */
const NO_STREAMS = {
  accept(): never {
    throw new SessionError("MALFORMED", "The far end sent a stream, which crosses in calls only");
  },
};
