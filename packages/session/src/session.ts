/**
 * One conversation: either end calls the other.
 *
 * @module
 */

import type { Frames } from "@fourwire/transport";
import { sizeOfFrames } from "@fourwire/transport";
import { Calls } from "./calls.ts";
import type { Peer } from "./context.ts";
import { Deadlines } from "./deadlines.ts";
import { closedHere, failureOf, lost, notSent, SessionError, toError } from "./errors.ts";
import { bye, type Opened, readBye } from "./handshake.ts";
import { Pulse } from "./heartbeat.ts";
import { CONTROL, Control, Entry, type WireCallOptions } from "./message.ts";
import { Outbox } from "./outbox.ts";
import { Packer } from "./packer.ts";
import { Pings } from "./pings.ts";
import { Receiver } from "./receiver.ts";
import { type Handler, Serving } from "./serving.ts";
import { checkTimeout, type SessionSettings } from "./settings.ts";

/** How one call is made. */
export interface CallOptions {
  /** Aborting it rejects the call at once with its reason, and aborts the served function's signal. */
  readonly signal?: AbortSignal | undefined;
  /** The time the call may take, in ms. Default: the session's `callTimeoutMs`. `Infinity` for none. */
  readonly timeoutMs?: number | undefined;
  /** What the served function finds in `callContext().metadata`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** The time that closing waits for what was already queued to leave. */
const CLOSE_DRAIN_MS = 1_000;
const EMPTY = { bytes: 0, items: 0, frames: [], signals: [] } as const;

/**
 * One conversation with one other end.
 *
 * Made by `openSession` and `serveSessions`.
 */
export class Session implements AsyncDisposable {
  readonly peer: Peer;
  /** Settles, and never rejects, when the session is over: with nothing after `close` at this end, with the reason otherwise. */
  readonly closed: Promise<SessionError | undefined>;
  readonly #opened: Opened;
  readonly #settings: SessionSettings;
  readonly #deadlines = new Deadlines();
  readonly #packer: Packer;
  readonly #outbox: Outbox;
  readonly #calls: Calls;
  readonly #serving: Serving;
  readonly #receiver: Receiver;
  readonly #pulse: Pulse | undefined;
  readonly #pings = new Pings();
  #resolveClosed: (reason: SessionError | undefined) => void = () => undefined;
  #over: SessionError | undefined;
  #closing: Promise<void> | undefined;
  #saidGoodbye = false;
  /** Under way once the far end did what the protocol does not allow. */
  #leaving: Promise<void> | undefined;

  constructor(
    opened: Opened,
    settings: SessionSettings,
    address: string,
    createHandler: (session: Session) => Handler,
  ) {
    const { agreement } = opened;
    this.#opened = opened;
    this.#settings = settings;
    this.peer = { sessionId: agreement.sessionId, address };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#packer = new Packer({ limits: agreement.peerLimits, showStack: settings.showStacks });
    this.#outbox = this.#createOutbox();
    this.#calls = new Calls({
      deadlines: this.#deadlines,
      cancel: (id, reason) => this.#tell(Entry.CANCEL, id, this.#packer.packError(reason)),
      abort: (id, index, reason) => this.#tell(Entry.ABORT, id, index, this.#packer.packError(reason)),
    });
    this.#serving = this.#createServing(createHandler(this));
    this.#receiver = this.#createReceiver();
    this.#pulse = agreement.heartbeat ? this.#createPulse(agreement.heartbeat) : undefined;
    this.#outbox.attach(opened.channel, agreement.peerLimits);
    void this.#pump();
  }

  /** Whether the session can still be used. */
  get open(): boolean {
    return this.#over === undefined;
  }

  /**
   * Calls the far end and waits for its answer.
   *
   * Rejects with the far end's error, or with a `SessionError`: `TIMEOUT`,
   * `CLOSED`, `LOST`, `QUEUE_FULL`, `NOT_SERIALIZABLE`, `LIMIT_EXCEEDED`; with
   * the signal's reason when it aborts.
   */
  call(target: unknown, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    try {
      if (this.#over) throw notSent(this.#over);
      return options ? this.#callWith(target, args, options) : this.#callPlain(target, args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Tells the far end something without waiting for it to act.
   *
   * Throws what `call` rejects with before anything is sent.
   */
  notify(target: unknown, args: readonly unknown[]): void {
    if (this.#over) throw notSent(this.#over);
    const packed = this.#packer.packArguments(target, args);
    if (this.#packer.signals.length > 0) {
      throw new SessionError(
        "NOT_SERIALIZABLE",
        "A notification carries no AbortSignal: it has no end at which to let it go",
      );
    }
    this.#outbox.reserve(this.#packer).push(Entry.NOTIFY, target, packed);
    this.#outbox.commit();
  }

  /** Measures a round trip through the far end's event loop, in ms. Rejects when the session ends or the signal aborts. */
  async ping({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    signal?.throwIfAborted();
    if (this.#over) throw notSent(this.#over);
    return await this.#pings.measure((number) => this.#control(Control.PING, number), signal);
  }

  /** Sends what waits, tells the far end and ends the session: pending calls reject, served ones are aborted. Safe to call twice. */
  close(reason = "it was closed"): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #callPlain(target: unknown, args: readonly unknown[]): Promise<unknown> {
    const packed = this.#packer.packArguments(target, args);
    const fields = this.#outbox.reserve(this.#packer);
    const id = this.#calls.nextId();
    fields.push(Entry.CALL, id, target, packed);
    const answer = this.#calls.wait(id, target, this.#outbox.nextSeq, {
      timeoutMs: this.#settings.callTimeoutMs,
      signal: undefined,
      signals: this.#packer.signals,
    });
    this.#outbox.commit();
    return answer;
  }

  #callWith(target: unknown, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    const { signal, timeoutMs = this.#settings.callTimeoutMs, metadata } = options;
    checkTimeout("timeoutMs", timeoutMs);
    signal?.throwIfAborted();
    const packed = this.#packer.packArguments(target, args);
    const fields = this.#outbox.reserve(this.#packer);
    const id = this.#calls.nextId();
    const wire: WireCallOptions = {
      t: Number.isFinite(timeoutMs) ? timeoutMs : 0,
      ...(metadata && { m: { ...metadata } }),
    };
    fields.push(Entry.CALL_WITH, id, target, packed, wire);
    const watch = { timeoutMs, signal, signals: this.#packer.signals };
    const answer = this.#calls.wait(id, target, this.#outbox.nextSeq, watch);
    this.#outbox.commit();
    return answer;
  }

  #createOutbox(): Outbox {
    return new Outbox({
      codec: this.#settings.codec,
      maxQueuedBytes: this.#settings.limits.maxQueuedBytes,
      received: () => this.#receiver.received,
      acknowledged: (ack) => this.#receiver.acknowledged(ack),
      // The channel's own end says why; a message that it refuses for another reason is our fault.
      failed: (error) => void this.#opened.channel.close().then(() => this.#end(lost(toError(error)))),
    });
  }

  #createServing(handler: Handler): Serving {
    return new Serving({
      handler,
      deadlines: this.#deadlines,
      maxCalls: this.#settings.limits.maxCalls,
      result: (id, value) => this.#answer(id, value),
      error: (id, error) => this.#tell(Entry.ERROR, id, this.#packer.packError(error)),
      unheard: this.#settings.onError,
    });
  }

  #createReceiver(): Receiver {
    return new Receiver({
      settings: this.#settings,
      peer: this.peer,
      peerCallTimeoutMs: this.#opened.agreement.peerCallTimeoutMs,
      deadlines: this.#deadlines,
      outbox: this.#outbox,
      calls: this.#calls,
      serving: this.#serving,
      control: (message) => this.#onControl(message),
      sendAck: (ack) => this.#control(Control.ACK, ack),
    });
  }

  #createPulse(heartbeat: { readonly intervalMs: number; readonly windowMs: number }): Pulse {
    return new Pulse({
      ...heartbeat,
      ping: () => this.#control(Control.PING, 0),
      silent: (forMs) => this.#end(lost(undefined, `The far end gave no sign of life for ${forMs} ms`)),
    });
  }

  async #pump(): Promise<void> {
    const { channel, frames } = this.#opened;
    for (let next = await frames.next(); !next.done && this.open; next = await frames.next()) this.#receive(next.value);
    const reason = await channel.closed;
    this.#end(reason ? lost(reason) : lost(undefined, "The far end closed the channel without a goodbye"));
  }

  #receive(frames: Frames): void {
    // After a message that is not allowed nothing more is taken: the goodbye may need a while to leave.
    if (this.#leaving) return;
    this.#pulse?.heard();
    try {
      this.#receiver.receive(frames, sizeOfFrames(frames));
    } catch (error) {
      const reason =
        error instanceof SessionError ? error : new SessionError("MALFORMED", toError(error).message, { cause: error });
      this.#leaving = this.#leave(reason.code, reason.message).then(() => this.#end(reason));
    }
  }

  #onControl(message: readonly unknown[]): void {
    const [, kind, field] = message;
    if (kind === Control.BYE) this.#end(readBye(message));
    else if (kind === Control.ACK && typeof field === "number") this.#outbox.acknowledge(field);
    else if (kind === Control.PING && typeof field === "number") this.#control(Control.PONG, field);
    else if (kind === Control.PONG && typeof field === "number") this.#pings.answered(field);
    else
      throw new SessionError("MALFORMED", `The far end sent control message ${String(kind)}, which has no place here`);
  }

  #control(kind: number, field: number): void {
    if (!this.open) return;
    const frame = this.#settings.codec.encode([CONTROL, kind, field]);
    // A channel that refuses is over, and says so itself.
    this.#opened.channel.send([frame]).catch(() => undefined);
  }

  #answer(id: number, value: unknown): void {
    if (!this.open) return;
    try {
      const packed = this.#packer.pack(value);
      this.#outbox.reserve(this.#packer).push(Entry.RESULT, id, packed);
      this.#outbox.commit();
    } catch (error) {
      this.#tell(Entry.ERROR, id, this.#packer.packError(error));
    }
  }

  /** Sends a small entry that must not be lost. */
  #tell(...fields: readonly unknown[]): void {
    if (!this.open) return;
    this.#outbox
      .reserve({ ...EMPTY, bytes: this.#packer.bytes, items: this.#packer.items, frames: this.#packer.frames }, true)
      .push(...fields);
    this.#outbox.commit();
  }

  async #close(reason: string): Promise<void> {
    if (this.#over) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_DRAIN_MS);
    });
    await Promise.race([this.#outbox.drain(), tooLong, this.closed]);
    this.#saidGoodbye = true;
    // A channel that takes nothing more, goodbyes included, does not hold up the end.
    await Promise.race([this.#leave("CLOSED", reason), tooLong]);
    clearTimeout(timer);
    this.#end(undefined);
    await this.#opened.channel.close();
  }

  async #leave(code: SessionError["code"], reason: string): Promise<void> {
    if (!this.open) return;
    await this.#opened.channel.send(bye(this.#settings.codec, code, reason)).catch(() => undefined);
  }

  #end(why: SessionError | undefined): void {
    if (this.#over) return;
    // The far end may close the channel while this end still does: that is no loss.
    const reason = this.#saidGoodbye ? undefined : why;
    this.#over = reason ?? closedHere();
    this.#pulse?.stop();
    this.#deadlines.clear();
    this.#receiver.stop();
    this.#outbox.detach();
    this.#calls.fail(this.#over, this.#outbox.lastSentSeq);
    this.#serving.clear(this.#over);
    this.#pings.fail(failureOf(this.#over, "unknown"));
    this.#resolveClosed(reason);
    this.#opened.channel.close().catch(() => undefined);
  }
}
