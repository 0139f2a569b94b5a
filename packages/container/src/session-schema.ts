/**
 * The options that every session of an application may have, and how they are checked.
 *
 * @module
 */

import {
  DEFAULT_LIMITS,
  type LimitOptions,
  type OpenOptions,
  type ServeOptions,
  type SessionOptions,
} from "@fourwire/session";
import { z } from "zod";
import { count, delayMs, functionOf, namesOf, objectOf, timeMs } from "./schema.ts";

/** What all sessions have in common; logger and tracing have keys of their own. */
export type SharedSessionOptions = Omit<SessionOptions, "logger" | "tracing">;

/** What a part that serves sessions may be told. */
export type ServingOptions = SharedSessionOptions & Omit<ServeOptions, keyof SessionOptions | "signal">;

/** What a part that opens a session may be told. */
export type OpeningOptions = SharedSessionOptions & Omit<OpenOptions, keyof SessionOptions | "signal" | "handler">;

/** A schema for each field of some options. */
export type Fields<Options> = { readonly [Name in keyof Options]-?: z.ZodType<Options[Name]> };

const heartbeat: z.ZodType<SessionOptions["heartbeat"]> = z
  .union([z.literal(false), objectOf({ intervalMs: timeMs.exactOptional(), windowMs: timeMs.exactOptional() })], {
    error: "false, or an object with intervalMs and windowMs",
  })
  .optional();

const key: z.ZodType<SessionOptions["key"]> = z
  .union([z.string().refine((value) => isLong(Buffer.from(value))), z.instanceof(Uint8Array).refine(isLong)], {
    error: "text or bytes, 16 bytes at least",
  })
  .optional();

const limits: z.ZodType<LimitOptions | undefined> = objectOf(
  Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, count.optional()])),
).optional();

/** The schema of each option that all sessions have in common. */
export const sessionFields: Fields<SharedSessionOptions> = {
  callTimeoutMs: timeMs.optional(),
  handshakeTimeoutMs: timeMs.optional(),
  heartbeat,
  limits,
  codec: z.enum(["cbor", "json"]).optional(),
  key,
  errors: namesOf(functionOf<NonNullable<SessionOptions["errors"]>[string]>()).optional(),
  showStacks: z.boolean().optional(),
  onError: functionOf<SessionOptions["onError"]>().optional(),
};

/** The schema of each option of a part that serves sessions. */
export const servingFields: Fields<ServingOptions> = {
  ...sessionFields,
  maxSessions: count.optional(),
  parking: objectOf({
    forMs: delayMs.exactOptional(),
    maxSessions: count.exactOptional(),
    maxBytes: count.exactOptional(),
  }).optional(),
  authenticate: functionOf<ServingOptions["authenticate"]>().optional(),
  authorize: functionOf<ServingOptions["authorize"]>().optional(),
};

/** The schema of each option of a part that opens a session. */
export const openingFields: Fields<OpeningOptions> = {
  ...sessionFields,
  credentials: z.unknown().optional(),
  reconnect: z
    .union(
      [
        z.literal(false),
        objectOf({
          windowMs: delayMs.exactOptional(),
          minDelayMs: delayMs.exactOptional(),
          maxDelayMs: delayMs.exactOptional(),
        }),
      ],
      { error: "false, or an object with windowMs, minDelayMs and maxDelayMs" },
    )
    .optional(),
};

/** Says whether a key is long enough to keep a secret. */
function isLong({ byteLength }: Uint8Array): boolean {
  return byteLength >= 16;
}
