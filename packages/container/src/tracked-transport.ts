/**
 * A transport that remembers what was opened through it.
 *
 * @module
 */

import {
  type Channel,
  type Listener,
  type Queues,
  type TopicSubscription,
  type Topics,
  type Transport,
  TransportError,
} from "@fourwire/transport";

/** A transport as one application sees it, which others may use beside. */
export interface TrackedTransport {
  /** What the application is given. Closing it ends what was opened through it, and nothing of others'. */
  readonly transport: Transport;
  /** Names what is open, such as `listener at "tcp://127.0.0.1:7000"`, once what is closing has closed or `withinMs` is over. */
  leftovers(withinMs: number): Promise<string[]>;
}

/** Remembers what is opened through a transport. */
export function trackTransport(transport: Transport): TrackedTransport {
  const tracker = new Tracker(transport);
  const close = (): Promise<void> => tracker.close();
  const { name, traits, topics, queues, ...others } = transport;
  const tracked: Transport = {
    // What a driver has beside, which holds nothing open that has to be followed.
    ...others,
    name,
    traits,
    ...(topics && { topics: trackTopics(tracker, topics) }),
    ...(queues && { queues: trackQueues(tracker, queues) }),
    connect: (address, options) => tracker.connect(address, options?.signal),
    listen: (address, options) => tracker.listen(address, options?.signal),
    close,
    [Symbol.asyncDispose]: close,
  };
  // As at the driver's: out of the way of logs, because a recipe may hold a key.
  if (transport.recipe) {
    Object.defineProperty(tracked, "recipe", { get: () => transport.recipe, enumerable: false });
  }
  return { transport: tracked, leftovers: (withinMs) => tracker.leftovers(withinMs) };
}

interface Opened {
  readonly name: string;
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
}

class Tracker {
  readonly #transport: Transport;
  readonly #opened = new Set<Opened>();
  readonly #closing = new AbortController();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async connect(address: string, signal: AbortSignal | undefined): Promise<Channel> {
    return await this.wait(signal, async (either) => {
      const channel = await this.#transport.connect(address, { signal: either });
      return this.#addChannel(`channel to "${address}"`, channel);
    });
  }

  async listen(address: string | undefined, signal: AbortSignal | undefined): Promise<Listener> {
    return await this.wait(signal, async (either) => {
      const listener = await this.#transport.listen(address, { signal: either });
      const close = this.add(`listener at "${listener.address}"`, () => listener.close());
      const accept = (): AsyncIterableIterator<Channel> => this.#accept(listener);
      return {
        address: listener.address,
        close,
        [Symbol.asyncIterator]: accept,
        [Symbol.asyncDispose]: close,
      };
    });
  }

  /** Adds something that is open until it is closed. Returns how to close it. */
  add(name: string, close: () => Promise<void>): () => Promise<void> {
    const { promise, resolve } = withResolver();
    const closeOnce = (): Promise<void> => {
      const closing = close();
      closing.then(resolve, resolve);
      return closing;
    };
    this.#remember({ name, closed: promise, close: closeOnce });
    return closeOnce;
  }

  /** Runs what waits, until the caller's signal aborts or the transport closes. */
  async wait<T>(signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const ending = new AbortController();
    const end = (): void => ending.abort(signal?.aborted ? signal.reason : this.#closing.signal.reason);
    signal?.addEventListener("abort", end, { once: true });
    this.#closing.signal.addEventListener("abort", end, { once: true });
    try {
      return await run(ending.signal);
    } finally {
      signal?.removeEventListener("abort", end);
      this.#closing.signal.removeEventListener("abort", end);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new TransportError("CLOSED", `The application's ${this.#transport.name} transport is closed`));
    await Promise.all([...this.#opened].map((opened) => opened.close()));
  }

  async leftovers(withinMs: number): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([late, Promise.all([...this.#opened].map(({ closed }) => closed))]);
    clearTimeout(timer);
    return [...this.#opened].map(({ name }) => name);
  }

  async *#accept(listener: Listener): AsyncIterableIterator<Channel> {
    for await (const channel of listener) yield this.#addChannel(`channel accepted at "${listener.address}"`, channel);
  }

  #addChannel(name: string, channel: Channel): Channel {
    this.#remember({ name, closed: channel.closed, close: () => channel.close() });
    return channel;
  }

  #remember(opened: Opened): void {
    this.#opened.add(opened);
    void opened.closed.then(() => this.#opened.delete(opened));
    // It was under way when the transport closed, and nobody else knows of it.
    if (this.#closing.signal.aborted) opened.close().catch(() => undefined);
  }
}

function trackTopics(tracker: Tracker, topics: Topics): Topics {
  return {
    publish: (topic, frames, options) => topics.publish(topic, frames, options),
    subscribe: (pattern, options) =>
      tracker.wait(options?.signal, async (signal) => {
        const subscription = await topics.subscribe(pattern, { ...options, signal });
        const close = tracker.add(`subscription to "${pattern}"`, () => subscription.close());
        return {
          get dropped() {
            return subscription.dropped;
          },
          close,
          [Symbol.asyncIterator]: () => subscription[Symbol.asyncIterator](),
          [Symbol.asyncDispose]: close,
        } satisfies TopicSubscription;
      }),
  };
}

function trackQueues(tracker: Tracker, queues: Queues): Queues {
  return {
    put: (queue, frames, options) => queues.put(queue, frames, options),
    take: (queue, options) => tracker.wait(options?.signal, (signal) => queues.take(queue, { ...options, signal })),
    tryTake: (queue, options) => queues.tryTake(queue, options),
    size: (queue) => queues.size(queue),
    peek: (queue, options) => queues.peek(queue, options),
    remove: (queue, id) => queues.remove(queue, id),
    purge: (queue) => queues.purge(queue),
    replay: (queue, options) => queues.replay(queue, options),
  };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
