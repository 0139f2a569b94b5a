/**
 * A subscription at a hub, as the subscriber holds it.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import { toTransportError } from "./hub-link.ts";
import { foreign, readFrames } from "./protocol.ts";
import type { HubSubscribeOptions } from "./switchboard.ts";

/** That messages were missed. */
export interface Gap {
  /** How many; absent when nobody knows, because the hub was away. */
  readonly missed?: number;
}

/** One message from a hub. */
export interface HubMessage extends TopicMessage {
  /** Present when messages are missing before this one. */
  readonly gap?: Gap;
}

/** A standing interest in a pattern at a hub. */
export interface HubSubscription extends TopicSubscription, AsyncIterable<HubMessage> {
  [Symbol.asyncIterator](): AsyncIterator<HubMessage, undefined>;
}

type Result = IteratorResult<HubMessage, undefined>;
type Stream = AsyncIterator<unknown>;

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Reads the hub's stream, and subscribes anew when the hub has forgotten the session. */
export class RemoteSubscription implements HubSubscription {
  readonly #link: HubLink;
  readonly #pattern: string;
  readonly #options: HubSubscribeOptions;
  readonly #onGap: (() => void) | undefined;
  readonly #release: () => void;
  #session: Session | undefined;
  #id = 0;
  #stream: Stream | undefined;
  /** What the hub had dropped of this stream, and of those before it. */
  #dropped = 0;
  #droppedBefore = 0;
  #gap: Gap | undefined;
  #renewing: Promise<void> | undefined;
  #isClosed = false;
  readonly #unwatch = new AbortController();

  constructor(link: HubLink, pattern: string, { signal: _, onGap, ...options }: HubSubscribeOptions) {
    this.#link = link;
    this.#pattern = pattern;
    this.#options = options;
    this.#onGap = onGap;
    this.#release = link.hold();
  }

  get dropped(): number {
    return this.#droppedBefore + this.#dropped;
  }

  /** Subscribes; resolved means that the hub has it. */
  async open(signal: AbortSignal | undefined): Promise<this> {
    try {
      await this.#subscribe(await this.#link.session(), signal);
      return this;
    } catch (error) {
      this.#end();
      throw signal?.aborted ? signal.reason : toTransportError(error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unwatch.abort();
    const leaving = this.#stream?.return?.();
    // The hub may be gone, and its subscription with it.
    await this.#session?.call("unsubscribe", [this.#id]).catch(() => undefined);
    await leaving;
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncIterator<HubMessage, undefined> {
    return { next: () => this.#next(), return: async () => DONE };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #subscribe(session: Session, signal?: AbortSignal | undefined): Promise<void> {
    const answer = await session.call("subscribe", [this.#pattern, this.#options], { signal });
    if (!Array.isArray(answer)) throw foreign("subscribe");
    const [id, stream]: unknown[] = answer;
    if (typeof id !== "number" || !isStream(stream)) throw foreign("subscribe");
    this.#id = id;
    this.#stream = stream[Symbol.asyncIterator]();
    if (this.#session === session) return;
    this.#session = session;
    void this.#watch(session);
  }

  /** Subscribes anew at once when the hub has forgotten the session: what is published until then is missed. */
  async #watch(session: Session): Promise<void> {
    for await (const { state } of session.states({ signal: this.#unwatch.signal })) {
      if (state === "reset") this.#renewing = this.#renew(session);
    }
  }

  async #renew(session: Session): Promise<void> {
    this.#droppedBefore += this.#dropped;
    this.#dropped = 0;
    this.#gap = {};
    // A failure shows in the stream, which then has none to follow it.
    await this.#subscribe(session).then(this.#onGap, () => undefined);
  }

  async #next(): Promise<Result> {
    while (!this.#isClosed && this.#stream) {
      const stream = this.#stream;
      try {
        const next = await stream.next();
        if (next.done) return this.#finish();
        return { value: this.#read(next.value), done: false };
      } catch (error) {
        await this.#renewed(stream, error);
      }
    }
    return DONE;
  }

  /** Waits for the stream that takes a broken one's place. Rejects when there is none. */
  async #renewed(broken: Stream, error: unknown): Promise<void> {
    await this.#session?.ping().catch(() => undefined);
    await this.#renewing;
    if (this.#isClosed || this.#stream !== broken) return;
    this.#finish();
    if (this.#link.isClosed) return;
    throw toTransportError(error);
  }

  #read(value: unknown): HubMessage {
    if (!Array.isArray(value)) throw foreign("subscribe");
    const [dropped, topic, ...frames]: unknown[] = value;
    if (typeof dropped !== "number" || typeof topic !== "string") throw foreign("subscribe");
    const missed = dropped - this.#dropped;
    this.#dropped = dropped;
    const gap = this.#gap ?? (missed > 0 ? { missed } : undefined);
    this.#gap = undefined;
    return { topic, frames: readFrames(frames), ...(gap && { gap }) };
  }

  #finish(): IteratorReturnResult<undefined> {
    this.#isClosed = true;
    this.#unwatch.abort();
    this.#end();
    return DONE;
  }

  #end(): void {
    this.#stream = undefined;
    this.#release();
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
