/**
 * What this end says: calls, answers, items of streams.
 *
 * @module
 */

import { type CallOptions, checkMetadata } from "./call-options.ts";
import { Calls, targetName } from "./calls.ts";
import type { Deadlines } from "./deadlines.ts";
import { SessionError } from "./errors.ts";
import { Entry, type WireCallOptions } from "./message.ts";
import type { Agreement } from "./opening.ts";
import type { Outbox } from "./outbox.ts";
import type { OutgoingCall } from "./outgoing-call.ts";
import { NOTHING, type PackReport } from "./pack-report.ts";
import { Packer } from "./packer.ts";
import type { ReferencePort } from "./references.ts";
import { checkTimeout, type SessionSettings } from "./settings.ts";
import { Streams } from "./streams.ts";
import type { Metadata, Tracing } from "./tracing.ts";

/** What a sender needs from its conversation. */
export interface SenderOptions {
  readonly settings: SessionSettings;
  readonly agreement: Agreement;
  readonly deadlines: Deadlines;
  readonly outbox: Outbox;
  readonly references: ReferencePort | undefined;
}

/** Packs what this end says and puts it in the outbox. */
export class Sender {
  readonly calls: Calls;
  readonly streams: Streams;
  readonly #settings: SessionSettings;
  readonly #outbox: Outbox;
  readonly #packer: Packer;
  /** The calls of this turn whose results stay at the far end. */
  readonly #kept: number[] = [];
  #turn: object = {};
  #over = false;

  constructor({ settings, agreement, deadlines, outbox, references }: SenderOptions) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#packer = new Packer({
      limits: agreement.peerLimits,
      codec: settings.codec,
      showStack: settings.showStacks,
      shares: settings.shares,
      references,
    });
    this.calls = new Calls({
      deadlines,
      cancel: (id, reason) => this.#tell(this.#packer, Entry.CANCEL, id, this.#packer.packError(reason)),
      abort: (id, index, reason) => this.#tell(this.#packer, Entry.ABORT, id, index, this.#packer.packError(reason)),
    });
    this.streams = this.#createStreams(agreement);
  }

  /** Says nothing more. */
  end(): void {
    this.#over = true;
  }

  /** What all calls of this turn have in common. */
  get turn(): object {
    return this.#turn;
  }

  /** Makes a call; throws what keeps it from leaving. */
  call(call: OutgoingCall, args: readonly unknown[]): void {
    const { tracing } = this.#settings;
    const { options } = call;
    if (tracing) this.#callTraced(call, args, tracing);
    else if (options) this.#callWith(call, args, options, options.metadata);
    else this.#callPlain(call, args);
  }

  /** Lets a call's result stay at the far end until the turn is over; says whether the call could still be changed to that. */
  keep(call: OutgoingCall): boolean {
    if (!this.calls.has(call)) return false;
    const kind = call.hasOptions ? Entry.CALL_KEPT_WITH : Entry.CALL_KEPT;
    if (!this.#outbox.amend(call.seq, call.at, kind)) return false;
    this.#kept.push(call.id);
    return true;
  }

  /** Lets go of what was kept: the turn is over, and with it the calls on its results. */
  turnOver(): void {
    this.#turn = {};
    if (this.#kept.length === 0) return;
    for (const id of this.#kept.splice(0)) this.#tell(NOTHING, Entry.DROP, id);
  }

  /** Makes a notification; throws what keeps it from leaving. */
  notify(target: unknown, args: readonly unknown[]): void {
    const packed = this.#packer.packArguments(target, args);
    if (this.#packer.signals.length > 0) {
      const message = "A notification carries no AbortSignal: it has no end at which to let it go";
      throw new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
    }
    this.#reserve().push(Entry.NOTIFY, target, packed);
    this.#outbox.commit();
  }

  /** Answers a call with its result, or with the error of a result that does not cross. Says whether a stream goes with it. */
  result(id: number, value: unknown): boolean {
    if (this.#over) return false;
    try {
      const packed = this.#packer.pack(value);
      this.#reserve().push(Entry.RESULT, id, packed);
      this.#outbox.commit();
      return this.#packer.streams.length > 0;
    } catch (error) {
      this.error(id, error);
      return false;
    }
  }

  /** Answers a call with an error. */
  error(id: number, error: unknown): void {
    this.#tell(this.#packer, Entry.ERROR, id, this.#packer.packError(error));
  }

  /** Lets go of something of the far end's that arrived so many times. */
  release(reference: number, count: number): void {
    this.#tell(NOTHING, Entry.RELEASE, reference, count);
  }

  /** Makes a call within a span of its own; the trace context travels in its metadata. */
  #callTraced(call: OutgoingCall, args: readonly unknown[], tracing: Tracing): void {
    const { options = {} } = call;
    const span = tracing.startCall(targetName(call.target), options.metadata ?? {});
    call.span = span;
    try {
      this.#callWith(call, args, options, span.metadata);
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  #callPlain(call: OutgoingCall, args: readonly unknown[]): void {
    const packed = this.#packer.packArguments(call.target, args);
    const fields = this.#reserve();
    call.id = this.calls.nextId();
    call.timeoutMs = this.#settings.callTimeoutMs;
    this.#started(call, fields.push(Entry.CALL, call.id, call.target, packed) - 4);
  }

  #callWith(call: OutgoingCall, args: readonly unknown[], options: CallOptions, metadata: Metadata | undefined): void {
    const { signal, timeoutMs = this.#settings.callTimeoutMs } = options;
    checkTimeout("timeoutMs", timeoutMs);
    signal?.throwIfAborted();
    if (metadata) checkMetadata(metadata);
    const packed = this.#packer.packArguments(call.target, args, metadata);
    const fields = this.#reserve();
    call.id = this.calls.nextId();
    call.timeoutMs = timeoutMs;
    call.hasOptions = true;
    const wire: WireCallOptions = {
      t: Number.isFinite(timeoutMs) ? timeoutMs : 0,
      ...(metadata && { m: { ...metadata } }),
    };
    this.#started(call, fields.push(Entry.CALL_WITH, call.id, call.target, packed, wire) - 5);
  }

  /** Waits for the answer to a call whose entry was put at a position. */
  #started(call: OutgoingCall, at: number): void {
    call.at = at;
    call.seq = this.#outbox.nextSeq;
    call.turn = this.#turn;
    this.calls.wait(call, this.#packer.signals);
    this.#outbox.commit(true);
  }

  #createStreams({ peerLimits }: Agreement): Streams {
    const { limits } = this.#settings;
    return new Streams({
      maxStreams: limits.maxStreams,
      maxPeerStreams: peerLimits.maxStreams,
      window: { items: limits.streamItems, bytes: limits.streamBytes },
      next: (id, value) => this.#item(id, value),
      end: (id) => this.#tell(NOTHING, Entry.STREAM_END, id),
      error: (id, error) => this.#tell(this.#packer, Entry.STREAM_ERROR, id, this.#packer.packError(error)),
      credit: (id, { items, bytes }) => this.#tell(NOTHING, Entry.STREAM_CREDIT, id, items, bytes),
      stop: (id) => this.#tell(NOTHING, Entry.STREAM_STOP, id),
      room: () => this.#outbox.room(),
    });
  }

  #item(id: number, value: unknown): number {
    const packed = this.#packer.pack(value);
    const { bytes } = this.#packer;
    // Credit and room bound what is queued here.
    this.#reserve(true).push(Entry.STREAM_NEXT, id, bytes, packed);
    this.#outbox.commit();
    return bytes;
  }

  /** Makes room for what was packed last; the streams in it get their numbers. */
  #reserve(must = false): unknown[] {
    const { streams } = this.#packer;
    if (streams.length > 0) this.streams.require(streams.length);
    const fields = this.#outbox.reserve(this.#packer, must);
    for (const stream of streams) stream.place(this.streams.open(stream.iterable));
    for (const reference of this.#packer.references) reference.place();
    return fields;
  }

  /** Sends a small entry that must not be lost. */
  #tell(report: PackReport, ...fields: readonly unknown[]): void {
    if (this.#over) return;
    this.#outbox.reserve(report, true).push(...fields);
    this.#outbox.commit();
  }
}
