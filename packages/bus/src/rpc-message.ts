/**
 * Calls on the wire.
 *
 * - a question who serves a function: `["who", caller, number, name]`
 * - a call: `["call", caller, number, name, arguments, options]`
 * - that a caller gave up: `["cancel", caller, number]`
 *
 * @module
 */

import type { Metadata, ValueCodec } from "@fourwire/session";
import type { Frames } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import { decode } from "./event-message.ts";
import { isMetadata, NO_METADATA } from "./metadata.ts";
import { NamedArguments } from "./named.ts";
import type { BusParts } from "./parts.ts";

/** What travels with a call. */
export interface CallDetails {
  /** The time left, in ms; `Infinity` for no deadline. */
  readonly timeoutMs: number;
  readonly metadata: Metadata;
  /** Makes repetitions of the call have the reply of the first. */
  readonly idempotencyKey: string | undefined;
  /** Whether the caller wants to know who has begun but not answered. */
  readonly tellsWorking: boolean;
}

/** A call as it travels. */
export interface CallMessage extends CallDetails {
  readonly kind: "call";
  readonly caller: string;
  readonly number: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>> | undefined;
}

/** What a server is told beside calls. */
export interface ServerNote {
  readonly kind: "who" | "cancel";
  readonly caller: string;
  readonly number: number;
  readonly name: string;
}

/** Writes a call. Throws as the codec does, naming the path within the arguments. */
export function writeCall(
  codec: ValueCodec,
  { caller, number, name }: Omit<ServerNote, "kind">,
  args: readonly unknown[],
  { timeoutMs, metadata, idempotencyKey, tellsWorking }: CallDetails,
): Frames {
  const last = args.at(-1);
  const names = last instanceof NamedArguments ? last.values : undefined;
  const options: Record<string, unknown> = {};
  if (timeoutMs !== Number.POSITIVE_INFINITY) options.t = timeoutMs;
  if (metadata !== NO_METADATA) options.m = metadata;
  if (idempotencyKey !== undefined) options.k = idempotencyKey;
  if (tellsWorking) options.w = true;
  if (names) options.n = names;
  return codec.encode(["call", caller, number, name, names ? args.slice(0, -1) : args, options]);
}

/** Writes a question or a cancellation. */
export function writeNote(codec: ValueCodec, { kind, caller, number, name }: ServerNote): Frames {
  return codec.encode([kind, caller, number, name]);
}

/** Tells servers that nobody waits any more. Whether they hear it changes nothing here. */
export function sendCancel(parts: BusParts, topic: string, call: Pick<ServerNote, "number" | "name">): void {
  if (parts.closed.isOver) return;
  const frames = writeNote(parts.codec, { kind: "cancel", caller: parts.self.id, ...call });
  parts.outbox.send(topic, frames, { sent: () => undefined, failed: () => undefined });
}

/** Reads what a server is sent. Throws `UNREADABLE`. */
export function readServerMessage(codec: ValueCodec, frames: Frames): CallMessage | ServerNote {
  const [kind, caller, number, name, args, options] = decode(codec, frames, "The call");
  if (typeof caller !== "string" || typeof number !== "number" || typeof name !== "string") throw foreign();
  if (kind === "who" || kind === "cancel") return { kind, caller, number, name };
  if (kind !== "call" || !Array.isArray(args) || !isRecord(options)) throw foreign();
  const { t = Number.POSITIVE_INFINITY, m = NO_METADATA, k, w, n } = options;
  if (typeof t !== "number" || !isMetadata(m) || (n !== undefined && !isRecord(n))) throw foreign();
  return {
    kind,
    caller,
    number,
    name,
    args,
    named: n,
    timeoutMs: t,
    metadata: m,
    idempotencyKey: typeof k === "string" ? k : undefined,
    tellsWorking: w === true,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function foreign(): BusError {
  return new BusError("UNREADABLE", "The call is none of a bus");
}
