/**
 * One run of a session: what both ends count together, over one channel after
 * the other.
 *
 * @module
 */

import { type Frames, sizeOfFrames } from "@fourwire/transport";
import { Attachment } from "./attachment.ts";
import type { ConversationOptions, ConversationStats } from "./conversation-options.ts";
import { Deadlines } from "./deadlines.ts";
import { closedHere, failureOf, lost, malformed, misplaced, notSent, SessionError } from "./errors.ts";
import { Control } from "./message.ts";
import { type Opened, readBye } from "./opening.ts";
import { Outbox } from "./outbox.ts";
import type { OutgoingCall } from "./outgoing-call.ts";
import { Pings } from "./pings.ts";
import { RateLimit } from "./rate-limit.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { Serving } from "./serving.ts";

/** The time that closing waits for what was already queued to leave. */
const CLOSE_DRAIN_MS = 1_000;
/** The pings answered within a second; more are dropped. */
const MAX_PONGS = 1_000;
const PONG_WINDOW_MS = 1_000;

/** What both ends count together: batches, calls, streams. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #deadlines = new Deadlines();
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #serving: Serving;
  readonly #receiver: Receiver;
  readonly #pings = new Pings();
  readonly #pongs = new RateLimit(MAX_PONGS, PONG_WINDOW_MS);
  #attachment: Attachment | undefined;
  #over: SessionError | undefined;
  /** Whether anything came over the channel in use. */
  #progressed = false;
  /** Whether this end said goodbye. */
  #closing = false;
  /** Whether the far end did what the protocol does not allow. */
  #refused = false;

  constructor(options: ConversationOptions) {
    const { settings, agreement, handler, peer } = options;
    this.#options = options;
    this.#outbox = new Outbox({
      codec: settings.codec,
      maxQueuedBytes: settings.limits.maxQueuedBytes,
      received: () => this.#receiver.received,
      acknowledged: (ack) => this.#receiver.acknowledged(ack),
      failed: (error) => this.#attachment?.fail(error),
      turnOver: () => this.#sender.turnOver(),
      kept: () => options.kept?.(),
    });
    const sender = new Sender({
      settings,
      agreement,
      deadlines: this.#deadlines,
      outbox: this.#outbox,
      references: handler.references,
    });
    this.#sender = sender;
    this.#serving = new Serving({
      handler,
      maxCalls: settings.limits.maxCalls,
      authorize: settings.access.authorize,
      tracing: settings.tracing,
      result: (id, value) => sender.result(id, value),
      error: (id, error) => sender.error(id, error),
      unheard: settings.onError,
    });
    this.#receiver = new Receiver({
      settings,
      peer,
      peerCallTimeoutMs: agreement.peerCallTimeoutMs,
      deadlines: this.#deadlines,
      outbox: this.#outbox,
      calls: sender.calls,
      streams: sender.streams,
      references: handler.references,
      serving: this.#serving,
      control: (message) => this.#onControl(message),
      sendAck: (ack) => this.#attachment?.control(Control.ACK, ack),
    });
  }

  /** Whether the conversation can still be used, now or once a channel is attached again. */
  get open(): boolean {
    return this.#over === undefined;
  }

  /** Whether anything came over the channel that was used last: if not, trying at once again would be no use. */
  get progressed(): boolean {
    return this.#progressed;
  }

  /** The bytes kept for the far end. */
  get keptBytes(): number {
    return this.#outbox.queuedBytes + this.#outbox.unacknowledgedBytes;
  }

  /** The number of the last batch received. */
  get received(): number {
    return this.#receiver.received;
  }

  /** Counts what goes on. */
  stats(): ConversationStats {
    return {
      pendingCalls: this.#sender.calls.size,
      servedCalls: this.#serving.size,
      openStreams: this.#sender.streams.size,
      queuedBytes: this.#outbox.queuedBytes,
      unacknowledgedBytes: this.#outbox.unacknowledgedBytes,
      sent: this.#outbox.sent,
      received: this.#receiver.counts,
    };
  }

  /**
   * Goes on over a channel: what the far end has not got is sent again. An older
   * channel is closed. Throws `MALFORMED` when the far end claims to have what
   * was never sent.
   */
  attach(opened: Opened): void {
    const { peerLimits, peerReceived } = opened.agreement;
    this.#outbox.acknowledge(peerReceived);
    this.fence();
    if (this.#outbox.lacksBytes) {
      opened.channel.close().catch(() => undefined);
      this.end(lost(undefined, "What was moved to the far end was lost with a channel, and cannot be sent again"));
      return;
    }
    const attachment = new Attachment(opened, {
      codec: this.#options.settings.codec,
      receive: (frames) => this.#receive(frames),
      ping: () => attachment.control(Control.PING, 0),
      lost: (reason) => this.#lose(attachment, reason),
    });
    this.#attachment = attachment;
    this.#progressed = false;
    this.#receiver.told();
    this.#outbox.attach(attachment, peerLimits);
    this.#pings.repeat((number) => attachment.control(Control.PING, number));
    attachment.start();
  }

  /** Ends the channel in use without telling anybody: another is to take its place. */
  fence(): void {
    const attachment = this.#attachment;
    this.#attachment = undefined;
    this.#outbox.detach();
    attachment?.close().catch(() => undefined);
  }

  /** The turn; see `Session.turn`. */
  get turn(): object {
    return this.#sender.turn;
  }

  /** Starts a call; see `Session.start`. */
  start(call: OutgoingCall, args: readonly unknown[]): void {
    if (this.#over) throw notSent(this.#over);
    this.#sender.call(call, args);
  }

  /** Lets a call's result stay at the far end; see `Session.keep`. */
  keep(call: OutgoingCall): boolean {
    return !this.#over && this.#sender.keep(call);
  }

  /** Tells the far end something; see `Session.notify`. */
  notify(target: unknown, args: readonly unknown[]): void {
    if (this.#over) throw notSent(this.#over);
    this.#sender.notify(target, args);
  }

  /** Lets go of something of the far end's; see `Session.release`. */
  release(reference: number, count: number): void {
    if (!this.#over) this.#sender.release(reference, count);
  }

  /** Measures a round trip; see `Session.ping`. */
  async ping(signal: AbortSignal | undefined): Promise<number> {
    signal?.throwIfAborted();
    if (this.#over) throw notSent(this.#over);
    return await this.#pings.measure((number) => this.#attachment?.control(Control.PING, number), signal);
  }

  /** Sends what waits, says goodbye and ends. */
  async close(reason: string): Promise<void> {
    if (this.#over) return;
    const attachment = this.#attachment;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_DRAIN_MS);
    });
    await Promise.race([this.#outbox.drain(), tooLong]);
    // The far end may close the channel while this end still does: that is no loss.
    this.#closing = true;
    // A channel that takes nothing more, goodbyes included, does not hold up the end.
    await Promise.race([attachment?.leave("CLOSED", reason), tooLong]);
    clearTimeout(timer);
    this.end(undefined);
    await attachment?.close();
  }

  /** Ends at once: with nothing when this end wished it, with the reason otherwise. */
  end(why: SessionError | undefined): void {
    if (this.#over) return;
    const reason = this.#closing ? undefined : why;
    this.#over = reason ?? closedHere();
    const { calls, streams } = this.#sender;
    this.#sender.end();
    this.#deadlines.clear();
    this.#receiver.stop();
    this.#outbox.end();
    calls.fail(this.#over, this.#outbox.lastSentSeq);
    streams.clear(failureOf(this.#over, "unknown"));
    this.#serving.clear(this.#over);
    this.#pings.fail(failureOf(this.#over, "unknown"));
    this.fence();
    this.#options.over(reason);
  }

  #receive(frames: Frames): void {
    // After a message that is not allowed nothing more is taken: the goodbye may need a while to leave.
    if (this.#refused || this.#over) return;
    try {
      this.#receiver.receive(frames, sizeOfFrames(frames));
      this.#progressed = true;
    } catch (error) {
      this.#refuse(error instanceof SessionError ? error : malformed(error));
    }
  }

  /** Answers what the protocol does not allow. A gap is the channel's fault, anything else the far end's. */
  #refuse(reason: SessionError): void {
    const attachment = this.#attachment;
    if (!attachment) return;
    if (reason.code === "GAP") {
      attachment.lose(reason);
      return;
    }
    this.#refused = true;
    const { settings, peer } = this.#options;
    settings.logger.warn({ session: peer.sessionId, code: reason.code }, reason.message);
    void attachment.leave(reason.code, reason.message).then(() => this.end(reason));
  }

  #onControl(message: readonly unknown[]): void {
    const [, kind, field] = message;
    if (kind === Control.BYE) this.end(readBye(message));
    else if (typeof field !== "number") throw misplaced(kind);
    else if (kind === Control.ACK) this.#outbox.acknowledge(field);
    else if (kind === Control.PING) this.#pong(field);
    else if (kind === Control.PONG) this.#pings.answered(field);
    else throw misplaced(kind);
  }

  /** Answers a ping, unless there are so many that the answers might pile up: pongs are not bounded by the window. */
  #pong(number: number): void {
    if (this.#pongs.take()) this.#attachment?.control(Control.PONG, number);
  }

  #lose(attachment: Attachment, reason: SessionError): void {
    if (this.#attachment !== attachment) return;
    this.fence();
    if (this.#closing) this.end(undefined);
    else this.#options.detached(reason);
  }
}
