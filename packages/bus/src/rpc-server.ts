/**
 * The functions that one bus serves.
 *
 * @module
 */

import { runInContext } from "@fourwire/session";
import type { Frames, TopicMessage } from "@fourwire/transport";
import { BusError } from "./errors.ts";
import type { CallOutcome, ServedFunction } from "./exposure.ts";
import { Feed } from "./feed.ts";
import { type BusParts, served } from "./parts.ts";
import { type ReplyKind, sendReply } from "./reply-inbox.ts";
import { type CallMessage, readServerMessage, type ServerNote } from "./rpc-message.ts";
import { patiently, startTimer } from "./wait.ts";

/** The time after which a caller who asked for it is told that a function still runs. */
const WORKING_MS = 50;

/** A function together with the subscription that brings its calls. */
interface Served {
  readonly served: ServedFunction;
  readonly feed: Feed;
}

/** Serves functions by name. */
export class RpcServer {
  readonly #parts: BusParts;
  readonly #functions = new Map<string, Served>();
  readonly #running = new Map<string, AbortController>();
  readonly #answering = new Set<Promise<void>>();
  #own: Feed | undefined;
  #opening: Promise<void> | undefined;
  #calls = 0;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  /** The names that are served. */
  get names(): readonly string[] {
    return [...this.#functions.keys()];
  }

  /** The calls that run or wait, and those that there were. */
  get stats(): { readonly running: number; readonly calls: number } {
    return { running: this.#running.size, calls: this.#calls };
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
      await Promise.all([this.#openOwn(), feed.open(this.#parts.closing.signal)]);
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
      leaving.then(() => Promise.all(this.#answering)),
      this.#parts.graceMs,
    );
    const reason = new BusError("CLOSED", "The bus that serves the function is closed");
    for (const control of this.#running.values()) control.abort(reason);
  }

  /** Subscribes to what is sent to this bus alone, once. */
  async #openOwn(): Promise<void> {
    this.#opening ??= this.#subscribeOwn();
    await this.#opening;
  }

  async #subscribeOwn(): Promise<void> {
    this.#own = this.#createFeed(this.#parts.names.server(this.#parts.self.id));
    try {
      await this.#own.open(this.#parts.closing.signal);
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
    try {
      this.#dispatch(frames);
    } catch (error) {
      this.#parts.report(error, { kind: "call", name: topic });
    }
  }

  #dispatch(frames: Frames): void {
    const message = readServerMessage(this.#parts.codec, frames);
    if (message.kind === "cancel") {
      this.#running.get(keyOf(message))?.abort(new BusError("CLOSED", "The caller gave up"));
      return;
    }
    const answering = message.kind === "call" ? this.#answer(message) : this.#tellPresence(message);
    this.#answering.add(answering);
    void answering.then(() => this.#answering.delete(answering));
  }

  async #tellPresence(message: ServerNote): Promise<void> {
    const isHere = this.#functions.has(message.name);
    await this.#reply(message, isHere ? "here" : "gone");
  }

  async #answer(message: CallMessage): Promise<void> {
    const found = this.#functions.get(message.name)?.served;
    if (!found) return await this.#reply(message, "gone");
    this.#calls += 1;
    const control = new AbortController();
    const key = keyOf(message);
    this.#running.set(key, control);
    const timedOut = (): void => control.abort(new BusError("TIMEOUT", "The time of the call is up"));
    const deadline = startTimer(message.timeoutMs, timedOut);
    const working = startTimer(
      message.tellsWorking ? WORKING_MS : Number.POSITIVE_INFINITY,
      () => void this.#reply(message, "working"),
    );
    const outcome = await this.#run(found, message, control.signal);
    deadline.stop();
    working.stop();
    this.#running.delete(key);
    if (!control.signal.aborted) await this.#send(message, outcome);
  }

  async #run(found: ServedFunction, message: CallMessage, signal: AbortSignal): Promise<CallOutcome> {
    const { metadata, timeoutMs, name, caller } = message;
    const peer = { sessionId: caller, address: name, principal: undefined };
    const run = (): Promise<CallOutcome> => found.answer(message, signal);
    return await runInContext({ peer, metadata, timeoutMs, signal }, async () => {
      // A span ends with what its function returns, and an outcome is returned in any case.
      const settled = served(this.#parts, `serve ${name}`, metadata, async () => unwrap(await run()));
      return await wrap(settled);
    });
  }

  /** Sends what came out; what cannot be sent is an error, too, so that no caller waits for nothing. */
  async #send(message: CallMessage, { kind, value }: CallOutcome): Promise<void> {
    const { caller, number, name } = message;
    try {
      await sendReply(this.#parts, caller, number, kind, value, kind === "error" ? argumentsOf(value) : undefined);
    } catch (error) {
      this.#parts.report(error, { kind: "call", name });
      await this.#reply(message, "error", kind === "error" ? value : error);
    }
  }

  async #reply(message: ServerNote | CallMessage, kind: ReplyKind, value?: unknown): Promise<void> {
    const { caller, number, name } = message;
    try {
      await sendReply(this.#parts, caller, number, kind, value);
    } catch (error) {
      this.#parts.report(error, { kind: "call", name });
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
