/**
 * One direction of a proxied connection.
 *
 * @module
 */

import type { Socket } from "node:net";
import { TokenBucket } from "./fault-proxy-bucket.ts";
import type { LaneConditions } from "./fault-proxy-conditions.ts";
import { drawInteger, drawNumber } from "./fault-proxy-conditions.ts";

/** What a lane asks and tells the connection it is a half of. */
export interface LaneHost {
  /** The conditions of this direction, as they are now. */
  readonly conditions: LaneConditions;
  /** Whether nothing passes at present. */
  readonly isHeld: boolean;
  /** How many bytes may pass before the connection is cut. */
  readonly bytesLeft: number;
  /** Takes note that bytes pass. Returns what to do once they have left. */
  pass(bytes: number): (() => void) | undefined;
}

/** The two sockets of a lane, its random numbers and its bound. */
export interface LaneOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly roll: () => number;
  /** The bytes kept for their delay's sake. */
  readonly maxBufferedBytes: number;
}

/** Bytes under way, or the end of the stream, in a list. */
interface Packet {
  bytes: Buffer | undefined;
  readonly arrivedAt: number;
  readonly dueAt: number;
  next: Packet | undefined;
}

/** The bytes that wait for a sink or for tokens before the source is read no further. */
const MAX_WAITING_BYTES = 16 * 1024;

/** Takes bytes from one socket to the other, late, slowly or in slices if the conditions say so, in order always. */
export class FaultLane {
  readonly #host: LaneHost;
  readonly #options: LaneOptions;
  readonly #bucket = new TokenBucket();
  #head: Packet | undefined;
  #tail: Packet | undefined;
  #queuedBytes = 0;
  #lastDueAt = 0;
  #sliceLeft = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: ReturnType<typeof setImmediate> | undefined;
  #isSwallowing = false;

  constructor(host: LaneHost, options: LaneOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Starts to read. */
  start(): void {
    const { source, sink } = this.#options;
    source.on("data", (bytes: Buffer) => this.#take(bytes));
    source.on("end", () => this.#take(undefined));
    sink.on("drain", () => this.pump());
    this.pump();
  }

  /** Forwards what may go now, and sees to the rest later: to be called when anything has changed. */
  pump(): void {
    clearTimeout(this.#timer);
    let mayGoOn = !this.#isSwallowing;
    while (mayGoOn) mayGoOn = this.#step();
    this.#regulate();
  }

  /** Loses what is under way and, from now on, all that comes, the end included. */
  swallow(): void {
    this.#isSwallowing = true;
    this.stop();
    this.#options.source.resume();
  }

  /** Loses what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#head = undefined;
    this.#tail = undefined;
    this.#queuedBytes = 0;
  }

  #take(bytes: Buffer | undefined): void {
    if (this.#isSwallowing) return;
    const delayMs = drawNumber(this.#host.conditions.delayMs, this.#options.roll);
    const arrivedAt = performance.now();
    this.#lastDueAt = Math.max(this.#lastDueAt, arrivedAt + delayMs);
    const packet: Packet = { bytes, arrivedAt, dueAt: this.#lastDueAt, next: undefined };
    if (this.#tail) this.#tail.next = packet;
    else this.#head = packet;
    this.#tail = packet;
    this.#queuedBytes += bytes?.length ?? 0;
    this.pump();
  }

  /** Forwards a piece. Returns whether there may be another one to forward at once. */
  #step(): boolean {
    const head = this.#head;
    const { sink } = this.#options;
    if (!head || this.#turn || this.#host.isHeld || sink.writableNeedDrain) return false;
    // A delay that has been shortened since is shorter for what is under way, too.
    const dueAt = Math.min(head.dueAt, head.arrivedAt + this.#host.conditions.delayMs[1]);
    const earlyMs = dueAt - performance.now();
    if (earlyMs > 0) return this.#wait(earlyMs);
    if (!head.bytes) {
      this.#drop(head);
      sink.end();
      return false;
    }
    return this.#forward(head, head.bytes);
  }

  #forward(head: Packet, bytes: Buffer): boolean {
    const { bytesPerSecond, sliceBytes } = this.#host.conditions;
    if (!sliceBytes) this.#sliceLeft = Number.POSITIVE_INFINITY;
    else if (this.#sliceLeft === 0 || this.#sliceLeft > sliceBytes[1]) {
      this.#sliceLeft = drawInteger(sliceBytes, this.#options.roll);
    }
    const wanted = Math.min(bytes.length, this.#sliceLeft, this.#host.bytesLeft);
    const size = this.#bucket.take(wanted, bytesPerSecond);
    if (size === 0) return this.#wait(this.#bucket.waitMs(bytesPerSecond));
    this.#sliceLeft -= size;
    this.#queuedBytes -= size;
    if (size === bytes.length) this.#drop(head);
    else head.bytes = bytes.subarray(size);
    this.#options.sink.write(bytes.subarray(0, size), this.#host.pass(size));
    return this.#sliceLeft > 0 || this.#yield();
  }

  #drop(head: Packet): void {
    this.#head = head.next;
    if (!head.next) this.#tail = undefined;
  }

  #wait(delayMs: number): false {
    this.#timer = setTimeout(() => this.pump(), Math.ceil(delayMs));
    return false;
  }

  /** Leaves the next slice to another turn: slices of the same turn would arrive as one. */
  #yield(): false {
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.pump();
    });
    return false;
  }

  #regulate(): void {
    if (this.#isSwallowing) return;
    const { source } = this.#options;
    const mustPause = this.#host.isHeld || this.#queuedBytes >= this.#limit();
    if (mustPause) source.pause();
    else if (source.isPaused()) source.resume();
  }

  /** The bytes that fill the way: rate times delay, and a few that wait at its end. */
  #limit(): number {
    const { delayMs, bytesPerSecond } = this.#host.conditions;
    const underWay = delayMs[1] === 0 ? 0 : (bytesPerSecond * delayMs[1]) / 1000;
    return MAX_WAITING_BYTES + Math.min(underWay, this.#options.maxBufferedBytes);
  }
}
