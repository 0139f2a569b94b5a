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
  /** Writes that messages may have been missed. */
  writeGap(): Event;
  close(): unknown;
}

type Result = IteratorResult<Event, undefined>;

interface Reader {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Passes messages on as they are asked for, and at once that some may have been missed. */
export class OutgoingEvents<Message> implements AsyncIterable<Event> {
  readonly #source: EventSource<Message>;
  readonly #messages: AsyncIterator<Message>;
  readonly #onEnd: () => void;
  #reader: Reader | undefined;
  #isPulling = false;
  /** What is to be read before more is pulled: at most a gap and what one message comes to. */
  readonly #waiting: Event[] = [];
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
    this.#give(this.#gap);
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#finish({});
        return DONE;
      },
    };
  }

  #next(): Promise<Result> {
    const event = this.#waiting.shift() ?? this.#takeHere();
    if (event) return Promise.resolve({ value: this.#read(event), done: false });
    if (this.#end) return "error" in this.#end ? Promise.reject(this.#end.error) : Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (!this.#isPulling) this.#pull();
    });
  }

  /** Takes what is here already, which needs no promise. */
  #takeHere(): Event | undefined {
    if (this.#isPulling || this.#end) return undefined;
    const message = this.#source.take?.();
    if (message !== undefined) this.#take(message);
    return this.#waiting.shift();
  }

  #pull(): void {
    this.#isPulling = true;
    this.#messages.next().then(
      (result) => {
        this.#isPulling = false;
        if (result.done) this.#finish({});
        else this.#take(result.value);
      },
      (error: unknown) => this.#finish({ error }),
    );
  }

  #take(message: Message): void {
    for (const event of this.#source.write(message)) this.#give(event);
  }

  #give(event: Event): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve({ value: this.#read(event), done: false });
    else this.#waiting.push(event);
  }

  #read(event: Event): Event {
    if (event === this.#gap) this.#gap = undefined;
    return event;
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
