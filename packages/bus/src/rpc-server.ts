/**
 * The functions that one bus serves.
 *
 * @module
 */

import { runInContext } from "@fourwire/session";
import type { Frames, TopicMessage } from "@fourwire/transport";
import type { ServedStats } from "./bus-stats.ts";
import { BusError } from "./errors.ts";
import type { CallOutcome, ServedFunction } from "./exposure.ts";
import { Feed } from "./feed.ts";
import { messagesOf } from "./outbox.ts";
import type { BusParts } from "./parts.ts";
import { postReply, type Said } from "./reply-inbox.ts";
import { type CallMessage, readServerMessage, type ServerNote } from "./rpc-message.ts";
import { ServedCall } from "./served-call.ts";
import { patiently } from "./wait.ts";

/** A function together with the subscription that brings its calls. */
interface Served {
  readonly served: ServedFunction;
  readonly feed: Feed;
}

/** Serves functions by name. */
export class RpcServer {
  readonly #parts: BusParts;
  readonly #functions = new Map<string, Served>();
  /** The calls that run or wait, by whose they are. */
  readonly #running = new Map<string, ServedCall>();
  #allDone: (() => void) | undefined;
  #own: Feed | undefined;
  #opening: Promise<void> | undefined;
  #calls = 0;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  /** What is served, the calls that run or wait, and those that there were. */
  get stats(): ServedStats {
    // Calls are kept in the order in which they came.
    const [oldest] = this.#running.values();
    return {
      functions: [...this.#functions.keys()],
      running: this.#running.size,
      calls: this.#calls,
      oldestMs: oldest?.ageMs,
    };
  }

  /** Finds what is served by its name or by the function itself. */
  find(target: unknown): ServedFunction | undefined {
    for (const { served: present } of this.#functions.values()) {
      if (present.name === target || present.fn === target) return present;
    }
    return undefined;
  }

  /** Serves a function; resolved means that the next call from anywhere reaches it. Rejects with `DUPLICATE`. */
  async add(fn: ServedFunction): Promise<void> {
    const { name } = fn;
    if (this.#functions.has(name)) throw new BusError("DUPLICATE", `"${name}" is exposed by this bus already`);
    const feed = this.#createFeed(this.#parts.names.call(name));
    this.#functions.set(name, { served: fn, feed });
    try {
      await Promise.all([this.#openOwn(), feed.open()]);
    } catch (error) {
      await this.remove(fn);
      throw error;
    }
  }

  /** Serves a function no more; calls that run go on. Does nothing for one that is not served. */
  async remove(fn: ServedFunction): Promise<void> {
    const found = this.#functions.get(fn.name);
    if (found?.served !== fn) return;
    this.#functions.delete(fn.name);
    await found.feed.close();
  }

  /** Takes no more calls, lets those that run finish for up to the bus's grace period, and aborts the rest. */
  async close(): Promise<void> {
    const feeds = [...this.#functions.values()].map(({ feed }) => feed.close());
    this.#functions.clear();
    // The way to the transport may be gone, and then nothing can be taken back there.
    const leaving = Promise.all([...feeds, this.#own?.close()]);
    await patiently(
      leaving.then(() => this.#done()).then(() => this.#parts.outbox.idle()),
      this.#parts.graceMs,
    );
    const reason = new BusError("CLOSED", "The bus that serves the function is closed");
    for (const { life } of this.#running.values()) life.end(reason);
  }

  /** Waits until every call that runs has ended. */
  #done(): Promise<void> | undefined {
    if (this.#running.size === 0) return undefined;
    return new Promise((resolve) => {
      this.#allDone = resolve;
    });
  }

  /** Subscribes to what is sent to this bus alone, once. */
  async #openOwn(): Promise<void> {
    this.#opening ??= this.#subscribeOwn();
    await this.#opening;
  }

  async #subscribeOwn(): Promise<void> {
    this.#own = this.#createFeed(this.#parts.names.server(this.#parts.self.id));
    try {
      await this.#own.open();
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #createFeed(pattern: string): Feed {
    return new Feed({
      topics: this.#parts.topics(),
      pattern,
      take: (message) => this.#take(message),
      gap: () => this.#parts.gap({ pattern, missed: undefined }),
      ended: (error) => {
        if (error) this.#parts.report(error, { kind: "call", name: pattern });
      },
    });
  }

  /** Never makes the feed wait: a function that runs long, or calls another one here, delays none. */
  #take({ topic, frames }: TopicMessage): undefined {
    for (const message of messagesOf(frames)) this.#read(topic, message);
  }

  #read(topic: string, frames: Frames): void {
    try {
      this.#dispatch(readServerMessage(this.#parts.codec, frames));
    } catch (error) {
      this.#parts.report(error, { kind: "call", name: topic });
    }
  }

  #dispatch(message: CallMessage | ServerNote): void {
    if (message.kind === "cancel") {
      this.#running.get(keyOf(message))?.life.end(new BusError("CLOSED", "The caller gave up"));
    } else if (message.kind === "call") {
      this.#answer(message);
    } else {
      this.#reply(message, { kind: this.#functions.has(message.name) ? "here" : "gone" });
    }
  }

  #answer(message: CallMessage): void {
    const found = this.#functions.get(message.name)?.served;
    if (!found) {
      this.#reply(message, { kind: "gone" });
      return;
    }
    this.#calls += 1;
    const tellWorking = message.tellsWorking ? () => this.#reply(message, { kind: "working" }) : undefined;
    const call = new ServedCall(message, tellWorking);
    this.#running.set(keyOf(message), call);
    void this.#run(found, call).then((outcome) => this.#finish(call, outcome));
  }

  #run(found: ServedFunction, { message, life, context }: ServedCall): Promise<CallOutcome> {
    const { tracing } = this.#parts;
    if (!tracing) return runInContext(context, () => found.answer(message, life));
    // A span ends with what its function returns, and an outcome is returned in any case.
    const run = async (): Promise<unknown> => unwrap(await found.answer(message, life));
    return runInContext(context, () => wrap(tracing.serve(`serve ${message.name}`, message.metadata, run)));
  }

  #finish({ message, life, stop }: ServedCall, outcome: CallOutcome): void {
    stop();
    this.#running.delete(keyOf(message));
    if (!life.isOver) this.#send(message, outcome);
    if (this.#running.size === 0) this.#allDone?.();
  }

  /** Sends what came out; what cannot be sent is an error, too, so that no caller waits for nothing. */
  #send(message: CallMessage, { kind, value }: CallOutcome): void {
    const { name } = message;
    const failed = (error: unknown): void => {
      this.#parts.report(error, { kind: "call", name });
      this.#reply(message, { kind: "error", value: kind === "error" ? value : error });
    };
    try {
      const more = kind === "error" ? argumentsOf(value) : undefined;
      postReply(this.#parts, message, { kind, value, more }, { sent: () => undefined, failed });
    } catch (error) {
      failed(error);
    }
  }

  #reply(message: ServerNote | CallMessage, said: Said): void {
    const failed = (error: unknown): void => this.#parts.report(error, { kind: "call", name: message.name });
    try {
      postReply(this.#parts, message, said, { sent: () => undefined, failed });
    } catch (error) {
      failed(error);
    }
  }
}

function keyOf({ caller, number }: { readonly caller: string; readonly number: number }): string {
  return `${caller}/${number}`;
}

function unwrap({ kind, value }: CallOutcome): unknown {
  if (kind === "error") throw value;
  return value;
}

async function wrap(settled: unknown): Promise<CallOutcome> {
  try {
    return { kind: "result", value: await settled };
  } catch (value) {
    return { kind: "error", value };
  }
}

/** Returns what an error was made of, as Python's errors have it: its `args`, or else its message. */
function argumentsOf(thrown: unknown): readonly unknown[] {
  if (!(thrown instanceof Error)) return [thrown];
  if ("args" in thrown && Array.isArray(thrown.args)) return thrown.args;
  return thrown.message === "" ? [] : [thrown.message];
}
