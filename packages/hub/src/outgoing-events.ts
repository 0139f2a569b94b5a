/**
 * What is read at the hub, as it leaves it in a session's stream.
 *
 * @module
 */

/** What a stream carries: its shape is that of its call, see the protocol. */
export type Event = readonly unknown[];

/** What is read, and how it is written. */
export interface EventSource<Message> extends AsyncIterable<Message> {
  /** Takes a message that is here already, which needs no promise. */
  take?(): Message | undefined;
  /** Writes a message as one event or two. */
  write(message: Message): readonly Event[];
  /** Counts the bytes that a message takes up. */
  weigh(message: Message): number;
  /** Writes that messages may have been missed. */
  writeGap(): Event;
  close(): unknown;
}

/** The events that leave together: most of what a small one costs is the way. */
type Parcel = readonly Event[];
type Result = IteratorResult<Parcel, undefined>;

interface Reader {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** How much a parcel holds; a larger message goes alone. */
const MAX_MESSAGES = 256;
const MAX_BYTES = 128 * 1024;

/** Passes messages on as they are asked for, as many at once as are here, and at once that some may have been missed. */
export class OutgoingEvents<Message> implements AsyncIterable<Parcel> {
  readonly #source: EventSource<Message>;
  readonly #messages: AsyncIterator<Message>;
  readonly #onEnd: () => void;
  #reader: Reader | undefined;
  #isPulling = false;
  /** What is to be read before more is pulled: at most a gap and a parcel. */
  #waiting: Event[] = [];
  #bytes = 0;
  /** The gap that waits to be read; a second one says nothing new. */
  #gap: Event | undefined;
  #end: { readonly error?: unknown } | undefined;

  constructor(source: EventSource<Message>, onEnd: () => void) {
    this.#source = source;
    this.#messages = source[Symbol.asyncIterator]();
    this.#onEnd = onEnd;
  }

  /** Tells whoever reads that messages may have been missed. */
  tellGap(): void {
    if (this.#gap) return;
    this.#gap = this.#source.writeGap();
    this.#waiting.push(this.#gap);
    this.#give();
  }

  [Symbol.asyncIterator](): AsyncIterator<Parcel, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#finish({});
        return DONE;
      },
    };
  }

  #next(): Promise<Result> {
    this.#takeHere();
    if (this.#waiting.length > 0) return Promise.resolve({ value: this.#pack(), done: false });
    if (this.#end) return "error" in this.#end ? Promise.reject(this.#end.error) : Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (!this.#isPulling) this.#pull();
    });
  }

  /** Takes what is here already, which needs no promise, as far as a parcel holds it. */
  #takeHere(): void {
    if (this.#isPulling || this.#end || !this.#source.take) return;
    while (this.#waiting.length < MAX_MESSAGES && this.#bytes < MAX_BYTES) {
      const message = this.#source.take();
      if (message === undefined) return;
      this.#add(message);
    }
  }

  #pull(): void {
    this.#isPulling = true;
    this.#messages.next().then(
      (result) => {
        this.#isPulling = false;
        if (result.done) {
          this.#finish({});
          return;
        }
        this.#add(result.value);
        this.#takeHere();
        this.#give();
      },
      (error: unknown) => this.#finish({ error }),
    );
  }

  #add(message: Message): void {
    this.#bytes += this.#source.weigh(message);
    this.#waiting.push(...this.#source.write(message));
  }

  /** Gives what waits to whoever asked for it before it was there. */
  #give(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve({ value: this.#pack(), done: false });
  }

  #pack(): Parcel {
    const parcel = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    this.#gap = undefined;
    return parcel;
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader && "error" in end) reader.reject(end.error);
    else reader?.resolve(DONE);
    this.#onEnd();
    void this.#source.close();
  }
}
