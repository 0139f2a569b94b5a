/**
 * Who listens to which channels of Redis.
 *
 * @module
 */

import type { Connection, Messages } from "./connection.ts";
import type { Resident } from "./connections.ts";

/** Takes a message; the channel tells which one a pattern matched. */
export type Listen = (payload: Buffer, channel: string) => void;

/** Ends a subscription. Resolves when Redis has confirmed it, or the connection is gone. */
export type Leave = () => Promise<void>;

/** Those with the same interest, for whom Redis is asked once. */
interface Interest {
  readonly listeners: Set<Listen>;
  /** Settles when Redis has confirmed it. */
  confirmed: Promise<void>;
}

/** Runs something on the connection, see `Connections.use`. */
export type Use = <Result>(work: (connection: Connection) => Promise<Result>) => Promise<Result>;

/**
 * The subscriptions of one transport; they move on to the next connection.
 *
 * Redis obeys in the order in which it is told, so leaving a channel and coming
 * back at once ends subscribed.
 */
export class Subscriptions implements Messages, Resident {
  readonly #channels = new Map<string, Interest>();
  readonly #patterns = new Map<string, Interest>();
  #connection: Connection | undefined;

  /** Listens to a channel. Resolves, once Redis has confirmed it, with what ends it. */
  subscribe(channel: string, listen: Listen, use: Use): Promise<Leave> {
    const leave = async (): Promise<void> => await this.#connection?.unsubscribe(channel);
    return join(this.#channels, channel, listen, {
      ask: () => use((connection) => connection.subscribe([channel])),
      leave,
    });
  }

  /** Listens to all channels that match one of Redis's own patterns. */
  subscribePattern(pattern: string, listen: Listen, use: Use): Promise<Leave> {
    const leave = async (): Promise<void> => await this.#connection?.unsubscribePattern(pattern);
    return join(this.#patterns, pattern, listen, {
      ask: () => use((connection) => connection.subscribePatterns([pattern])),
      leave,
    });
  }

  message(channel: string, payload: Buffer): void {
    for (const listen of this.#channels.get(channel)?.listeners ?? []) listen(payload, channel);
  }

  patternMessage(pattern: string, channel: string, payload: Buffer): void {
    for (const listen of this.#patterns.get(pattern)?.listeners ?? []) listen(payload, channel);
  }

  async connected(connection: Connection): Promise<void> {
    this.#connection = connection;
    await Promise.all([
      connection.subscribe([...this.#channels.keys()]),
      connection.subscribePatterns([...this.#patterns.keys()]),
    ]);
  }

  disconnected(): void {
    this.#connection = undefined;
  }
}

async function join(
  interests: Map<string, Interest>,
  name: string,
  listen: Listen,
  redis: { ask(): Promise<void>; leave(): Promise<void> },
): Promise<Leave> {
  const known = interests.get(name);
  const interest = known ?? { listeners: new Set(), confirmed: Promise.resolve() };
  interest.listeners.add(listen);
  if (!known) {
    interests.set(name, interest);
    interest.confirmed = redis.ask();
  }
  const leave = async (): Promise<void> => {
    if (!interest.listeners.delete(listen) || interest.listeners.size > 0) return;
    if (interests.get(name) !== interest) return;
    interests.delete(name);
    await redis.leave().catch(() => undefined);
  };
  try {
    await interest.confirmed;
    return leave;
  } catch (error) {
    void leave();
    throw error;
  }
}
