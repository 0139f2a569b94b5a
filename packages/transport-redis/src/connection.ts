/**
 * One connection to Redis, from its beginning to its end.
 *
 * @module
 */

import type { Clients } from "./clients.ts";
import { endClients, openClients } from "./clients.ts";
import { isCluster, type Settings } from "./options.ts";
import type { Script, ScriptArgument } from "./scripts.ts";
import { runScript } from "./scripts.ts";

/** The names of one PUBSUB command: more would keep others waiting. */
const NAMES_AT_ONCE = 1_000;

/** What a subscriber's connection hands on. */
export interface Messages {
  /** A message on a channel that was subscribed to by name. */
  message(channel: string, payload: Buffer): void;
  /** A message on a channel that was subscribed to by a pattern. */
  patternMessage(pattern: string, channel: string, payload: Buffer): void;
}

/**
 * A publisher and a subscriber that live and die together.
 *
 * When either is gone the connection is over: what was on its way may have
 * been lost, and whoever cares begins anew on the next one.
 */
export class Connection {
  /** Settles when it is over. */
  readonly ended: Promise<void>;
  /** Settles when nothing of it is left, either. */
  readonly #gone: Promise<unknown>;
  readonly isCluster: boolean;
  readonly #clients: Clients;
  readonly #settings: Settings;
  #over = false;
  /** The commands of this turn. */
  #commands = 0;
  #unanswered = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(clients: Clients, settings: Settings) {
    const { publisher, subscriber, keeper } = clients;
    this.#clients = clients;
    this.#settings = settings;
    this.isCluster = clients.isCluster;
    const ends = [...new Set([publisher, subscriber, keeper])].map(
      (client) => new Promise<void>((resolve) => client.once("end", () => resolve())),
    );
    this.ended = Promise.race(ends).then(() => void this.end());
    this.#gone = Promise.all(ends);
    this.#timer = setInterval(() => this.#check(), settings.checkMs);
    this.#timer.unref();
  }

  /** Connects. Rejects with what ioredis says, or the signal's reason. */
  static async open(settings: Settings, signal: AbortSignal): Promise<Connection> {
    return new Connection(await openClients(settings, signal), settings);
  }

  /** Whether it can be used: not from the moment at which the server hung up. */
  get isUsable(): boolean {
    const { publisher, subscriber } = this.#clients;
    return !this.#over && publisher.stream.writable && subscriber.stream.writable;
  }

  /** Hands on what arrives. */
  listen(messages: Messages): void {
    const { subscriber } = this.#clients;
    subscriber.on("messageBuffer", (channel: Buffer, payload: Buffer) => messages.message(channel.toString(), payload));
    subscriber.on("pmessageBuffer", (pattern: string | Buffer, channel: Buffer, payload: Buffer) =>
      messages.patternMessage(pattern.toString(), channel.toString(), payload),
    );
  }

  /** Sends on a channel, in the order of the calls, and resolves with the number of receivers: in a Cluster those at one node. */
  publish(channel: string, payload: Buffer): Promise<number> {
    this.#cork();
    return this.#clients.publisher.publish(channel, payload);
  }

  /** Runs a script on a key. */
  run(script: Script, key: string, args: readonly ScriptArgument[]): Promise<unknown> {
    this.#cork();
    return runScript(this.#clients.keeper, script, key, args);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    if (channels.length > 0) await this.#clients.subscriber.subscribe(...channels);
  }

  async unsubscribe(channel: string): Promise<void> {
    await this.#clients.subscriber.unsubscribe(channel);
  }

  async subscribePatterns(patterns: readonly string[]): Promise<void> {
    if (patterns.length > 0) await this.#clients.subscriber.psubscribe(...patterns);
  }

  async unsubscribePattern(pattern: string): Promise<void> {
    await this.#clients.subscriber.punsubscribe(pattern);
  }

  /** Counts who is subscribed to each channel, anywhere. */
  async countSubscribers(channels: readonly string[]): Promise<number[]> {
    const counts: number[] = [];
    for (let start = 0; start < channels.length; start += NAMES_AT_ONCE) {
      counts.push(...(await this.#count(channels.slice(start, start + NAMES_AT_ONCE))));
    }
    return counts;
  }

  /** Resolves when everything that was published so far has been handed on. */
  async arrived(): Promise<void> {
    await this.#clients.subscriber.ping();
  }

  /** Asks the server about itself. */
  info(...sections: string[]): Promise<string> {
    return this.#clients.publisher.info(...sections);
  }

  /** Ends it at once. Resolves when nothing of it is left. */
  async end(): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      clearInterval(this.#timer);
      endClients(this.#clients);
    }
    await this.#gone;
  }

  async #count(channels: readonly string[]): Promise<number[]> {
    const { keeper, publisher } = this.#clients;
    const nodes = isCluster(keeper) ? keeper.nodes("all") : [publisher];
    const counts = channels.map(() => 0);
    for (const reply of await Promise.all(nodes.map((node) => node.pubsub("NUMSUB", ...channels)))) {
      channels.forEach((_, index) => {
        counts[index] = (counts[index] ?? 0) + Number(reply[2 * index + 1]);
      });
    }
    return counts;
  }

  /** Makes one write of all that follows the first in this turn: each by itself would cost a system call. */
  #cork(): void {
    const { stream } = this.#clients.publisher;
    this.#commands += 1;
    if (this.#commands === 1) {
      process.nextTick(() => {
        if (this.#commands > 1) stream.uncork();
        this.#commands = 0;
      });
    } else if (this.#commands === 2) {
      stream.cork();
    }
  }

  /** Counts checks rather than time: after a pause of this process the answers are read first. */
  #check(): void {
    const { checkMs, lossMs } = this.#settings;
    if (this.#unanswered * checkMs >= lossMs) {
      void this.end();
      return;
    }
    this.#unanswered += 1;
    const { publisher, subscriber } = this.#clients;
    Promise.all([publisher.ping(), subscriber.ping()]).then(
      () => {
        this.#unanswered = 0;
      },
      // The end of a client is seen by its own event.
      () => undefined,
    );
  }
}
