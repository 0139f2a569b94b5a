/**
 * A subscription at a hub, as the subscriber holds it.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import type { TopicMessage, TopicSubscription } from "@fourwire/transport";
import { Inbox } from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import { toTransportError } from "./hub-link.ts";
import { foreign, readFrames, readParcel } from "./protocol.ts";
import type { Gap, HubSubscribeOptions } from "./switchboard.ts";

type Result = IteratorResult<TopicMessage, undefined>;
type Stream = AsyncIterator<unknown>;

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Reads the hub's stream, and subscribes anew when the hub has forgotten the session. */
export class RemoteSubscription implements TopicSubscription {
  readonly #link: HubLink;
  readonly #pattern: string;
  readonly #options: HubSubscribeOptions;
  readonly #onGap: (gap: Gap) => void;
  readonly #release: () => void;
  #session: Session | undefined;
  #id = 0;
  /** What has arrived and is to be read before more is asked for. */
  readonly #arrived = new Inbox<unknown>();
  #stream: Stream | undefined;
  /** What the hub had dropped of this stream, and of those before it. */
  #dropped = 0;
  #droppedBefore = 0;
  #renewing: Promise<void> | undefined;
  #isClosed = false;
  readonly #unwatch = new AbortController();

  constructor(link: HubLink, pattern: string, { signal: _, onGap = () => undefined, ...options }: HubSubscribeOptions) {
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
    await this.#session?.call(["unsubscribe", this.#pattern], [this.#id]).catch(() => undefined);
    await leaving;
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncIterator<TopicMessage, undefined> {
    return { next: () => this.#next(), return: async () => DONE };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #subscribe(session: Session, signal?: AbortSignal | undefined): Promise<void> {
    const answer = await session.call(["subscribe", this.#pattern], [this.#options], { signal });
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
    try {
      await this.#subscribe(session);
    } catch {
      // Shows in the stream, which then has none to follow it.
      return;
    }
    this.#onGap({});
  }

  async #next(): Promise<Result> {
    while (!this.#isClosed && this.#stream) {
      const stream = this.#stream;
      try {
        const message = this.#readArrived();
        if (message) return { value: message, done: false };
        const next = await stream.next();
        if (next.done) return this.#finish();
        for (const event of readParcel("subscribe", next.value)) this.#arrived.push(event);
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

  #readArrived(): TopicMessage | undefined {
    for (let event = this.#arrived.shift(); event !== undefined; event = this.#arrived.shift()) {
      const message = this.#read(event);
      if (message) return message;
    }
    return undefined;
  }

  /** Reads a message, or tells of a gap where there is none. */
  #read(value: unknown): TopicMessage | undefined {
    if (!Array.isArray(value)) throw foreign("subscribe");
    const [dropped, topic, ...frames]: unknown[] = value;
    if (typeof dropped !== "number") throw foreign("subscribe");
    this.#dropped = dropped;
    if (typeof topic === "string") return { topic, frames: readFrames(frames) };
    this.#onGap(typeof topic === "number" ? { missed: topic } : {});
    return undefined;
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
