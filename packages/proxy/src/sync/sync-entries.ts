/**
 * The entries of a message, read one by one.
 *
 * @module
 */

import { type ReferencePort, SessionError } from "@fourwire/session";
import { Entry, readError, type SessionSettings, type Streams, type Unpacker } from "@fourwire/session/wire";
import { restoreOwn } from "./own-errors.ts";

/** What becomes of what arrives. */
export interface EntryUser {
  readonly references: ReferencePort;
  result(id: unknown, value: unknown): void;
  error(id: unknown, error: Error): void;
  call(id: number, target: unknown, args: readonly unknown[], bytes: number): void;
  notify(target: unknown, args: readonly unknown[], bytes: number): void;
  /** Finds or makes a signal among the arguments of a call that arrives. */
  signal(id: number, index: number, aborted: boolean): AbortSignal;
  /** Aborts one of these signals, or all when there is no index: nobody waits any more. */
  abort(id: unknown, index: unknown, reason: Error): void;
}

/** What entries are read with. */
export interface EntryReading {
  readonly user: EntryUser;
  readonly streams: Streams;
  readonly errors: SessionSettings["errors"];
  /** Absent when no value of the message is more than plain CBOR. */
  readonly unpacker: Unpacker | undefined;
  /** The bytes of the whole message. */
  readonly bytes: number;
}

/** Reads one entry and hands it on. */
export function readEntry(kind: unknown, fields: readonly unknown[], reading: EntryReading): void {
  const { user, bytes } = reading;
  const [first, second, third] = fields;
  switch (kind) {
    case Entry.CALL:
    case Entry.CALL_WITH:
      user.call(Number(first), second, readArguments(third, reading, Number(first)), bytes);
      break;
    case Entry.RESULT:
      user.result(first, readValue(second, reading));
      break;
    case Entry.ERROR:
      user.error(first, readThrown(second, reading));
      break;
    case Entry.NOTIFY:
      user.notify(first, readArguments(second, reading), bytes);
      break;
    case Entry.CANCEL:
      user.abort(first, undefined, readThrown(second, reading));
      break;
    case Entry.ABORT:
      user.abort(first, second, readThrown(third, reading));
      break;
    default:
      readStreamEntry(kind, fields, reading);
  }
}

function readStreamEntry(kind: unknown, fields: readonly unknown[], reading: EntryReading): void {
  const { user, streams } = reading;
  const [first, second, third] = fields;
  switch (kind) {
    case Entry.STREAM_NEXT:
      streams.onNext(first, second, readValue(third, reading));
      break;
    case Entry.STREAM_END:
      streams.onEnd(first);
      break;
    case Entry.STREAM_ERROR:
      streams.onEnd(first, readThrown(second, reading));
      break;
    case Entry.STREAM_CREDIT:
      streams.onCredit(first, second, third);
      break;
    case Entry.STREAM_STOP:
      streams.onStop(first);
      break;
    case Entry.RELEASE:
      user.references.released(Number(first), Number(second));
      break;
    default:
      throw new SessionError("MALFORMED", `The connection's thread sent an entry of kind ${String(kind)}`);
  }
}

function readArguments(wire: unknown, { user, unpacker }: EntryReading, id?: number): readonly unknown[] {
  const signals = id === undefined ? undefined : (index: number, aborted: boolean) => user.signal(id, index, aborted);
  const args = unpacker ? unpacker.unpack(wire, signals) : wire;
  if (Array.isArray(args)) return args;
  throw new SessionError("MALFORMED", "The connection's thread sent arguments that are not an array");
}

function readValue(wire: unknown, { unpacker }: EntryReading): unknown {
  return unpacker ? unpacker.unpack(wire) : wire;
}

function readThrown(wire: unknown, reading: EntryReading): Error {
  const error = readError(readValue(wire, reading), reading.errors);
  if (error) return restoreOwn(error);
  throw new SessionError("MALFORMED", "The connection's thread sent an error that is not one");
}
