/**
 * What arrives: batches checked against their numbers, entries handed on.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import type { Calls } from "./calls.ts";
import type { Peer } from "./context.ts";
import type { Deadlines } from "./deadlines.ts";
import { SessionError } from "./errors.ts";
import { CONTROL, ENTRY_LENGTH, Entry } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Counts } from "./outbox-options.ts";
import { NO_METADATA, readCallOptions } from "./read-options.ts";
import type { ReferencePort } from "./references.ts";
import { readError } from "./remote-error.ts";
import { ServedCall } from "./served-call.ts";
import type { Serving } from "./serving.ts";
import type { SessionSettings } from "./settings.ts";
import type { Streams } from "./streams.ts";
import { atEndOfTurn } from "./turn.ts";
import { type SignalSource, Unpacker } from "./unpacker.ts";

/** What a receiver hands on to, and what it answers with. */
export interface ReceiverOptions {
  readonly settings: SessionSettings;
  readonly peer: Peer;
  /** The time that the far end's calls take when they do not say. */
  readonly peerCallTimeoutMs: number;
  readonly deadlines: Deadlines;
  readonly outbox: Outbox;
  readonly calls: Calls;
  readonly serving: Serving;
  readonly streams: Streams;
  readonly references: ReferencePort | undefined;
  control(message: readonly unknown[]): void;
  sendAck(ack: number): void;
}

/** The time after which a batch is acknowledged although nothing goes back. */
const ACK_DELAY_MS = 20;
/** Room for a message's own numbers above what its values may take. */
const OVERHEAD_BYTES = 1024;

/** The incoming half of a session. */
export class Receiver {
  readonly #options: ReceiverOptions;
  #received = 0;
  #acknowledged = 0;
  #owedBytes = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #ackScheduled = false;
  #unpacker: Unpacker | undefined;
  #bytes = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** The number of the last batch that was dispatched. */
  get received(): number {
    return this.#received;
  }

  /** Notes that the far end was told of everything up to a number. */
  acknowledged(ack: number): void {
    if (ack <= this.#acknowledged) return;
    this.#acknowledged = ack;
    if (ack === this.#received) this.#owedBytes = 0;
  }

  /** Counts what was received. */
  get counts(): Counts {
    return { batches: this.#received, bytes: this.#bytes };
  }

  /** Notes that the far end was told of everything, as a handshake does. */
  told(): void {
    this.acknowledged(this.#received);
  }

  /** Stops acknowledging. */
  stop(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  /** Takes one message. Throws a `SessionError` when the protocol does not allow it. */
  receive(frames: Frames, bytes: number): void {
    const { settings, streams, references } = this.#options;
    const { limits, codec } = settings;
    if (bytes > limits.maxMessageBytes + OVERHEAD_BYTES) {
      const message = `The far end sent ${bytes} bytes in one message, beyond maxMessageBytes, ${limits.maxMessageBytes}`;
      throw new SessionError("LIMIT_EXCEEDED", message);
    }
    const [frame] = frames;
    if (!frame) throw new SessionError("MALFORMED", "The far end sent a message without frames");
    const { message, tagged } = codec.decode(frame, limits);
    if (message[0] === CONTROL) {
      this.#options.control(message);
      return;
    }
    this.#unpacker = tagged ? new Unpacker(frames, settings.errors, streams, references) : undefined;
    this.#batch(message, bytes);
  }

  #batch(message: readonly unknown[], bytes: number): void {
    const [seq, ack] = message;
    if (!isNumber(seq) || !isNumber(ack))
      throw new SessionError("MALFORMED", "The far end sent a batch without numbers");
    const { outbox } = this.#options;
    outbox.acknowledge(ack);
    if (seq <= this.#received) return;
    if (seq > this.#received + 1) {
      throw new SessionError("GAP", `Batch ${this.#received + 1} is missing: the far end sent ${seq}`);
    }
    this.#received = seq;
    this.#owedBytes += bytes;
    this.#bytes += bytes;
    outbox.hold();
    try {
      this.#dispatch(message);
    } finally {
      outbox.release();
    }
    this.#oweAck();
  }

  /** Acknowledges at once when much is owed, otherwise soon, unless a batch going back does it before. */
  #oweAck(): void {
    if (this.#owedBytes === 0) return;
    if (this.#owedBytes * 2 >= this.#options.settings.limits.windowBytes) this.#ackAfterFlush();
    else this.#ackTimer ??= setTimeout(() => this.#ack(), ACK_DELAY_MS);
  }

  /** Acknowledges at the end of the turn, after what this turn sends, which acknowledges as well. */
  #ackAfterFlush(): void {
    if (this.#ackScheduled) return;
    this.#ackScheduled = true;
    atEndOfTurn(() => atEndOfTurn(this.#ackNow));
  }

  readonly #ackNow = (): void => {
    this.#ackScheduled = false;
    this.#ack();
  };

  #ack(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#acknowledged === this.#received) return;
    this.acknowledged(this.#received);
    this.#options.sendAck(this.#received);
  }

  #dispatch(message: readonly unknown[]): void {
    let position = 2;
    while (position < message.length) {
      const kind = message[position];
      const length = isNumber(kind) ? ENTRY_LENGTH[kind] : undefined;
      if (!isNumber(kind) || length === undefined || position + length > message.length) {
        throw new SessionError("MALFORMED", `The far end sent an entry of kind ${String(kind)} that is not allowed`);
      }
      this.#entry(kind, message, position + 1);
      position += length;
    }
  }

  #entry(kind: number, message: readonly unknown[], at: number): void {
    const { calls, serving } = this.#options;
    switch (kind) {
      case Entry.CALL:
      case Entry.CALL_KEPT:
        this.#call(message, at, undefined, kind === Entry.CALL_KEPT);
        break;
      case Entry.CALL_WITH:
      case Entry.CALL_KEPT_WITH:
        this.#call(message, at, message[at + 3], kind === Entry.CALL_KEPT_WITH);
        break;
      case Entry.RESULT:
        this.#result(message[at], message[at + 1]);
        break;
      case Entry.ERROR:
        this.#check(message[at], calls.reject(message[at], this.#error(message[at + 1])));
        break;
      case Entry.NOTIFY:
        serving.notify(message[at], this.#arguments(message[at + 1]), this.#served(Number.POSITIVE_INFINITY));
        break;
      case Entry.CANCEL:
        serving.cancel(message[at], this.#error(message[at + 1]));
        break;
      case Entry.ABORT:
        serving.abort(message[at], message[at + 1], this.#error(message[at + 2]));
        break;
      default:
        this.#streamEntry(kind, message, at);
    }
  }

  #streamEntry(kind: number, message: readonly unknown[], at: number): void {
    const { streams, serving } = this.#options;
    switch (kind) {
      case Entry.STREAM_NEXT:
        streams.onNext(message[at], message[at + 1], this.#value(message[at + 2]));
        break;
      case Entry.STREAM_END:
        streams.onEnd(message[at]);
        break;
      case Entry.STREAM_ERROR:
        streams.onEnd(message[at], this.#error(message[at + 1]));
        break;
      case Entry.STREAM_CREDIT:
        streams.onCredit(message[at], message[at + 1], message[at + 2]);
        break;
      case Entry.STREAM_STOP:
        streams.onStop(message[at]);
        break;
      case Entry.RELEASE:
        this.#release(toNumber(message[at]), toNumber(message[at + 1]));
        break;
      case Entry.DROP:
        serving.drop(toNumber(message[at]));
        break;
    }
  }

  #release(reference: number, count: number): void {
    this.#options.references?.released(reference, count);
  }

  #call(message: readonly unknown[], at: number, options: unknown, isKept: boolean): void {
    const id = message[at];
    const { serving, streams, peerCallTimeoutMs } = this.#options;
    if (!isNumber(id) || serving.has(id)) {
      throw new SessionError("MALFORMED", `The far end made a call with the number ${String(id)}`);
    }
    const served = options === undefined ? this.#served(peerCallTimeoutMs) : this.#servedWith(options);
    const streamsBefore = streams.lastAccepted;
    const unpacked = this.#arguments(message[at + 2], served.signalAt);
    // A stream among the arguments that the call never began to read ends with it.
    if (streams.lastAccepted > streamsBefore) {
      const last = streams.lastAccepted;
      served.answered = () => streams.stopUnread(streamsBefore + 1, last);
    }
    const call = { id, target: message[at + 1], args: unpacked, isKept };
    serving.call(call, served);
  }

  #served(timeoutMs: number): ServedCall {
    return new ServedCall(this.#options.peer, timeoutMs, NO_METADATA, this.#options.deadlines);
  }

  #servedWith(options: unknown): ServedCall {
    const { timeoutMs, metadata } = readCallOptions(options);
    return new ServedCall(this.#options.peer, timeoutMs, metadata, this.#options.deadlines);
  }

  #arguments(args: unknown, signals?: SignalSource): readonly unknown[] {
    const unpacked = this.#unpacker ? this.#unpacker.unpack(args, signals) : args;
    if (!Array.isArray(unpacked))
      throw new SessionError("MALFORMED", "The far end sent arguments that are not an array");
    return unpacked;
  }

  #value(value: unknown): unknown {
    return this.#unpacker ? this.#unpacker.unpack(value) : value;
  }

  #error(wire: unknown): Error {
    const error = readError(this.#value(wire), this.#options.settings.errors);
    if (!error) throw new SessionError("MALFORMED", "The far end sent an error that is not one");
    return error;
  }

  /** Hands a result to its call. Nobody reads the streams of one that comes too late. */
  #result(id: unknown, wire: unknown): void {
    const { calls, streams } = this.#options;
    const streamsBefore = streams.lastAccepted;
    const settled = calls.resolve(id, this.#value(wire));
    if (!settled) streams.stopUnread(streamsBefore + 1, streams.lastAccepted);
    this.#check(id, settled);
  }

  /** A late answer is nothing special; an answer to a call never made is. */
  #check(id: unknown, settled: boolean): void {
    if (!settled && !this.#options.calls.knows(id)) {
      throw new SessionError("MALFORMED", `The far end answered call ${String(id)}, which was never made`);
    }
  }
}

function toNumber(value: unknown): number {
  if (isNumber(value)) return value;
  throw new SessionError("MALFORMED", `The far end let go of ${String(value)}, which is no number`);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
