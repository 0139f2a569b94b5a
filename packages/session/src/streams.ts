/**
 * The streams of a session, both ways.
 *
 * @module
 */

import { SessionError } from "./errors.ts";
import { StreamSink } from "./stream-sink.ts";
import { type Credit, StreamSource } from "./stream-source.ts";
import { createWebStream, StreamKind } from "./streamable.ts";

/** What the streams of a session do to the far end. */
export interface StreamsOptions {
  /** The most streams that the far end may have open to here. */
  readonly maxStreams: number;
  /** The most streams that may be open from here. */
  readonly maxPeerStreams: number;
  /** What a consumer at this end lets the far end send ahead. */
  readonly window: Credit;
  /** Sends an item and returns the bytes it took. Throws when it does not cross. */
  next(id: number, value: unknown): number;
  end(id: number): void;
  error(id: number, error: unknown): void;
  credit(id: number, credit: Credit): void;
  stop(id: number): void;
  /** Waits until items can be queued again. */
  room(): Promise<void> | undefined;
}

/** An iterable at the other end. It is read once; leaving the loop stops it there. */
export type RemoteStream = AsyncIterableIterator<unknown, undefined>;

/** The streams of one session. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #sources = new Map<number, StreamSource>();
  readonly #sinks = new Map<number, StreamSink>();
  /** A stream that nobody can read any more is stopped; this is a backstop, for those who forget to. */
  readonly #forgotten = new FinalizationRegistry<number>((id) => this.#sinks.get(id)?.stop());
  #lastId = 0;
  #lastAccepted = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** The number of streams open, both ways. */
  get size(): number {
    return this.#sources.size + this.#sinks.size;
  }

  /** Makes a source of an iterable and returns its number. Throws `LIMIT_EXCEEDED`. */
  open(iterable: AsyncIterable<unknown>): number {
    this.require(1);
    this.#lastId += 1;
    const id = this.#lastId;
    const { next, end, error, room } = this.#options;
    const over = (): void => void this.#sources.delete(id);
    this.#sources.set(id, new StreamSource(id, iterable, { next, end, error, room, over }));
    return id;
  }

  /** Throws `LIMIT_EXCEEDED` when so many more streams cannot be opened. */
  require(count: number): void {
    const { maxPeerStreams } = this.#options;
    if (this.#sources.size + count > maxPeerStreams) {
      const message = `More than ${maxPeerStreams} streams of this session are open (maxStreams)`;
      throw new SessionError("LIMIT_EXCEEDED", message, { outcome: "notSent" });
    }
  }

  /** Makes a sink for a stream that arrived. Throws `MALFORMED` or `LIMIT_EXCEEDED`. */
  accept(id: unknown, kind: unknown): RemoteStream | ReadableStream<unknown> {
    // Numbers come without gaps, as they are given when an entry leaves.
    if (typeof id !== "number" || id !== this.#lastAccepted + 1) throw badStream(id);
    const { maxStreams, window, credit, stop } = this.#options;
    if (this.#sinks.size >= maxStreams) {
      throw new SessionError("LIMIT_EXCEEDED", `The far end opened more than ${maxStreams} streams (maxStreams)`);
    }
    this.#lastAccepted = id;
    const over = (): void => void this.#sinks.delete(id);
    const sink = new StreamSink(id, { window, credit, stop, over });
    this.#sinks.set(id, sink);
    const stream = createStream(sink);
    this.#forgotten.register(stream, id);
    return kind === StreamKind.WEB ? createWebStream(stream) : stream;
  }

  /** Stops the streams that nobody began to read, of those from one number to another. */
  stopUnread(first: number, last: number): void {
    for (let id = first; id <= last; id += 1) {
      const sink = this.#sinks.get(id);
      if (sink && !sink.started) sink.stop();
    }
  }

  /** The number of the last stream that arrived. */
  get lastAccepted(): number {
    return this.#lastAccepted;
  }

  /** Takes an item from the far end. Throws `MALFORMED` for one that it had no credit for. */
  onNext(id: unknown, bytes: unknown, value: unknown): void {
    const sink = this.#sink(id);
    if (!isCount(bytes) || bytes < weigh(value)) throw badStream(id);
    // A stream that was stopped may have had items on their way.
    if (sink && !sink.push(value, bytes)) throw badStream(id);
  }

  /** Takes the end of a far stream. */
  onEnd(id: unknown, error?: unknown): void {
    this.#sink(id)?.end(error);
  }

  /** Takes credit for a source here. */
  onCredit(id: unknown, items: unknown, bytes: unknown): void {
    if (!isCount(items) || !isCount(bytes)) throw badStream(id);
    this.#source(id)?.credit({ items, bytes });
  }

  /** Stops a source here. */
  onStop(id: unknown): void {
    this.#source(id)?.stop();
  }

  /** Ends every stream: the far end is gone. */
  clear(reason: unknown): void {
    for (const source of [...this.#sources.values()]) source.stop();
    for (const sink of [...this.#sinks.values()]) sink.end(reason);
  }

  #source(id: unknown): StreamSource | undefined {
    if (typeof id !== "number" || !(id >= 1 && id <= this.#lastId)) throw badStream(id);
    return this.#sources.get(id);
  }

  #sink(id: unknown): StreamSink | undefined {
    if (typeof id !== "number" || !(id >= 1 && id <= this.#lastAccepted)) throw badStream(id);
    return this.#sinks.get(id);
  }
}

function createStream(sink: StreamSink): RemoteStream {
  return {
    next() {
      return sink.next(this);
    },
    return() {
      sink.stop();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Bounds from below what a value takes in either codec, so that a far end cannot send much and count little. */
function weigh(value: unknown): number {
  if (typeof value === "string") return 1 + value.length;
  if (typeof value === "bigint") return weighBigint(value);
  if (typeof value !== "object" || value === null) return 1;
  if (ArrayBuffer.isView(value)) return 1 + value.byteLength;
  if (value instanceof Map) return weighAll([...value].flat());
  if (value instanceof Set || Array.isArray(value)) return weighAll(value);
  if (value instanceof Error) return weighAll(Object.values(value));
  if (Symbol.asyncIterator in value) return 1;
  return weighAll(Object.entries(value).flat());
}

/** Every value takes a byte at least, as does what holds them. */
function weighAll(values: Iterable<unknown>): number {
  let bytes = 1;
  for (const value of values) bytes += weigh(value);
  return bytes;
}

function weighBigint(value: bigint): number {
  return BigInt.asIntN(64, value) === value ? 1 : Math.floor(value.toString(16).length / 2);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function badStream(id: unknown): SessionError {
  return new SessionError("MALFORMED", `The far end broke the rules of stream ${String(id)}`);
}
