/**
 * What leaves: entries gathered into numbered batches, kept until acknowledged.
 *
 * One list is the queue, the replay buffer and the back-pressure. Entries of a
 * turn leave as one message; what comes while a message is on its way leaves
 * with the next.
 *
 * @module
 */

import { sizeOfFrames } from "@fourwire/transport";
import { SessionError } from "./errors.ts";
import type { Batch, Counts, OutboxOptions, Outlet, PeerLimits } from "./outbox-options.ts";
import type { PackReport } from "./pack-report.ts";
import { atEndOfTurn } from "./turn.ts";

/** A batch of this many entries does not wait for the end of the turn. */
const FULL_ENTRIES = 256;
/** Nor does one of this many bytes. */
const FULL_BYTES = 256 * 1024;
/** What an entry takes beside its values: kind, id and target. */
const ENTRY_BYTES = 32;
const ENTRY_ITEMS = 8;

/** The outgoing half of a session. */
export class Outbox {
  readonly #options: OutboxOptions;
  #outlet: Outlet | undefined;
  #peer: PeerLimits = { windowBytes: 0, maxItems: Number.POSITIVE_INFINITY, maxMessageBytes: Number.POSITIVE_INFINITY };
  /** The batch being gathered: two places for its numbers, then entries. */
  #fields: unknown[] = [0, 0];
  #frames: Uint8Array[] = [];
  #entries = 0;
  #bytes = 0;
  #items = 0;
  /** Numbered batches in order; the first `#sentCount` have been sent. */
  readonly #batches: Batch[] = [];
  #sentCount = 0;
  #sentBytes = 0;
  #waitingBytes = 0;
  #lastSeq = 0;
  #lastSentSeq = 0;
  #sending = 0;
  #scheduled = false;
  #held = false;
  /** Whether an entry may still change before the turn is over. */
  #mayChange = false;
  readonly #drained: (() => void)[] = [];
  readonly #flush = (): void => this.flush();
  readonly #roomWaiters: (() => void)[] = [];
  #sentBatches = 0;
  #totalBytes = 0;
  #onSent: () => void = () => undefined;
  #onFailed: (error: unknown) => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** The bytes that wait to be sent; never less than they are. */
  get queuedBytes(): number {
    return this.#bytes + this.#waitingBytes;
  }

  /** The bytes sent and not yet acknowledged. */
  get unacknowledgedBytes(): number {
    return this.#sentBytes;
  }

  /** The number of the batch that the next entry will be in. */
  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  /** The number of the last batch that was handed to a channel. */
  get lastSentSeq(): number {
    return this.#lastSentSeq;
  }

  /** Whether something was moved to the far end that it may not have, and that cannot be sent again. */
  get lacksBytes(): boolean {
    return this.#batches.some(({ frames, bytes }) => sizeOfFrames(frames) !== bytes);
  }

  /** Counts what was sent, repetitions included. */
  get sent(): Counts {
    return { batches: this.#sentBatches, bytes: this.#totalBytes };
  }

  /**
   * Starts sending to a peer. Batches that were sent before and not acknowledged
   * are sent again, in order.
   */
  attach(outlet: Outlet, peer: PeerLimits): void {
    this.#outlet = outlet;
    this.#peer = peer;
    this.#waitingBytes += this.#sentBytes;
    this.#sentBytes = 0;
    this.#sentCount = 0;
    this.#sending = 0;
    // What the older channel still says of its messages no longer counts.
    this.#onSent = () => this.#settleSend(outlet, undefined);
    this.#onFailed = (error) => this.#settleSend(outlet, error);
    this.#schedule();
  }

  /** Stops sending; everything stays until it is acknowledged. */
  detach(): void {
    this.#outlet = undefined;
    this.#settleDrains();
  }

  /** Waits until entries can be queued again; `undefined` when they can. */
  room(): Promise<void> | undefined {
    if (this.queuedBytes < FULL_BYTES * 2) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Ends every wait for room and lets go of what is kept: nothing will ever leave again. */
  end(): void {
    this.detach();
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
    this.#batches.length = 0;
    this.#sentCount = 0;
    this.#sentBytes = 0;
    this.#waitingBytes = 0;
    this.#gatherAnew();
  }

  /**
   * Makes room for an entry and returns the list to push its fields to; call
   * `commit` after.
   *
   * Throws `QUEUE_FULL` when too much waits already, unless the entry `must` go:
   * those are small, and as many as there are calls.
   */
  reserve(report: PackReport, must = false): unknown[] {
    const bytes = report.bytes + ENTRY_BYTES;
    const { maxQueuedBytes } = this.#options;
    if (!must && this.queuedBytes > 0 && this.queuedBytes + bytes > maxQueuedBytes) {
      throw new SessionError("QUEUE_FULL", `More than ${maxQueuedBytes} bytes wait to be sent (maxQueuedBytes)`, {
        outcome: "notSent",
      });
    }
    const items = report.items + ENTRY_ITEMS;
    const { maxItems, maxMessageBytes, windowBytes } = this.#peer;
    const full = this.#items + items > maxItems || this.#bytes + bytes > Math.min(maxMessageBytes, windowBytes);
    if (full && this.#entries > 0) this.#seal();
    // Not earlier: what comes next may still change the entry before it.
    else if (this.#entries >= FULL_ENTRIES || this.#bytes >= FULL_BYTES) this.#sendFull();
    this.#bytes += bytes;
    this.#items += items;
    for (const frame of report.frames) frame.place(this.#frames.push(frame.take?.() ?? frame.bytes));
    return this.#fields;
  }

  /** Completes the entry whose fields were pushed, and sees to it that it leaves. What may change leaves with the turn. */
  commit(mayChange = false): void {
    this.#entries += 1;
    if (mayChange) this.#mayChange = true;
    if (!this.#held) this.#schedule();
  }

  /** Replaces a field of a batch that has not been sealed yet; says whether it could. */
  amend(seq: number, at: number, field: unknown): boolean {
    if (seq !== this.nextSeq) return false;
    this.#fields[at] = field;
    return true;
  }

  /** Gathers entries until `release`, which sends them at once unless one may still change. */
  hold(): void {
    this.#held = true;
  }

  /** Ends a `hold`. */
  release(): void {
    this.#held = false;
    if (this.#mayChange) this.#schedule();
    else if (this.#entries > 0) this.flush();
  }

  /** Sends what waits, unless a message is on its way: then it leaves after that one. */
  flush(): void {
    this.#scheduled = false;
    this.#mayChange = false;
    this.#options.turnOver?.();
    if (!this.#outlet) this.#options.kept?.();
    if (!this.#outlet || this.#sending > 0) return;
    if (this.#entries > 0 && this.#batches.length === this.#sentCount) this.#seal();
    this.#transmit();
  }

  /** Forgets the batches that the far end has; throws `MALFORMED` for a number never sent. */
  acknowledge(seq: number): void {
    if (!(seq <= this.#lastSentSeq)) {
      throw new SessionError(
        "MALFORMED",
        `The far end acknowledged batch ${seq}; the last sent is ${this.#lastSentSeq}`,
      );
    }
    let count = 0;
    for (const batch of this.#batches) {
      if (batch.seq > seq) break;
      // After a lost channel the far end may have what was not sent again yet.
      if (count < this.#sentCount) this.#sentBytes -= batch.bytes;
      else this.#waitingBytes -= batch.bytes;
      count += 1;
    }
    if (count === 0) return;
    this.#batches.splice(0, count);
    this.#sentCount = Math.max(this.#sentCount - count, 0);
    if (this.#entries > 0 || this.#batches.length > this.#sentCount) this.#schedule();
  }

  /** Sends everything that waits and resolves when the channel accepted it all, or is gone. */
  drain(): Promise<void> {
    this.flush();
    if (this.#idle()) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #idle(): boolean {
    return !this.#outlet || (this.#sending === 0 && this.#entries === 0 && this.#batches.length === this.#sentCount);
  }

  #settleDrains(): void {
    if (this.#drained.length > 0 && this.#idle()) for (const resolve of this.#drained.splice(0)) resolve();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    atEndOfTurn(this.#flush);
  }

  /** Numbers the gathered entries: from here on they are one message that never changes. */
  #seal(): void {
    this.#lastSeq += 1;
    const fields = this.#fields;
    fields[0] = this.#lastSeq;
    const ack = this.#options.received();
    fields[1] = ack;
    const frames = [this.#options.codec.encode(fields), ...this.#frames];
    const bytes = sizeOfFrames(frames);
    this.#batches.push({ seq: this.#lastSeq, ack, frames, bytes });
    this.#waitingBytes += bytes;
    this.#gatherAnew();
  }

  #sendFull(): void {
    this.#seal();
    this.#transmit();
  }

  #gatherAnew(): void {
    this.#fields = [0, 0];
    if (this.#frames.length > 0) this.#frames = [];
    this.#entries = 0;
    this.#bytes = 0;
    this.#items = 0;
  }

  /** Sends sealed batches as far as the far end's window allows. */
  #transmit(): void {
    const outlet = this.#outlet;
    if (!outlet) return;
    for (let next = this.#batches[this.#sentCount]; next; next = this.#batches[this.#sentCount]) {
      // A batch larger than the window travels alone: otherwise it never would.
      if (this.#sentBytes > 0 && this.#sentBytes + next.bytes > this.#peer.windowBytes) return;
      this.#sentCount += 1;
      this.#sentBytes += next.bytes;
      this.#waitingBytes -= next.bytes;
      this.#lastSentSeq = Math.max(this.#lastSentSeq, next.seq);
      this.#sentBatches += 1;
      this.#totalBytes += next.bytes;
      this.#options.acknowledged(next.ack);
      this.#sending += 1;
      outlet.send(next.frames).then(this.#onSent, this.#onFailed);
    }
    if (this.#roomWaiters.length > 0 && this.queuedBytes < FULL_BYTES * 2) {
      for (const resolve of this.#roomWaiters.splice(0)) resolve();
    }
  }

  #settleSend(outlet: Outlet, error: unknown): void {
    if (this.#outlet !== outlet) return;
    this.#sending -= 1;
    if (error !== undefined) this.#options.failed(error);
    else if (this.#sending === 0) this.#afterSends();
  }

  #afterSends(): void {
    if (this.#entries > 0 || this.#batches.length > this.#sentCount) this.#schedule();
    else this.#settleDrains();
  }
}
