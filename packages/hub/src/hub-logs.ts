/**
 * The logs of a hub, as those who use it hold them.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import type { Frames, LogEntry, LogSize, LogStart, LogSubscription, Logs } from "@fourwire/transport";
import {
  checkAppendOptions,
  checkFrames,
  checkLogName,
  checkLogStart,
  Inbox,
  readInTurn,
  TransportError,
} from "@fourwire/transport";
import type { HubLink } from "./hub-link.ts";
import { toTransportError } from "./hub-link.ts";
import { foreign, readFrames, readParcel } from "./protocol.ts";

type Result = IteratorResult<LogEntry, undefined>;
type Session = Awaited<ReturnType<HubLink["session"]>>;
type Stream = AsyncIterator<unknown>;

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Makes logs of a hub; only messages up to `maxMessageBytes` pass. */
export function createHubLogs(link: HubLink, maxMessageBytes: number): Logs {
  return {
    async append(log: string, frames: Frames, options = {}) {
      const { signal, key, retention } = options;
      signal?.throwIfAborted();
      checkLogName(log);
      checkAppendOptions(options);
      checkFrames(frames, maxMessageBytes);
      const id = await link.call("append", log, [frames, { key, retention: { ...retention } }], signal);
      if (typeof id !== "string") throw foreign("append");
      return id;
    },

    async read(log, { from = "now", onGap = () => undefined, signal } = {}) {
      signal?.throwIfAborted();
      checkLogName(log);
      checkLogStart(from);
      return await new RemoteReader(link, log, { from, onGap }).open(signal);
    },

    async size(log) {
      checkLogName(log);
      const size = await link.call("logSize", log);
      if (!isSize(size)) throw foreign("logSize");
      return size;
    },

    async purge(log) {
      checkLogName(log);
      const count = await link.call("purgeLog", log);
      if (typeof count !== "number") throw foreign("purgeLog");
      return count;
    },
  };
}

/** Reads the hub's stream and remembers its place, so that it goes on there when the hub has forgotten the session. */
class RemoteReader implements LogSubscription {
  readonly #link: HubLink;
  readonly #log: string;
  readonly #onGap: () => void;
  readonly #release: () => void;
  #from: LogStart;
  #session: Session | undefined;
  #position: string | undefined;
  #number = 0;
  #stream: Stream | undefined;
  #isClosed = false;
  /** What has arrived and is to be read before more is asked for. */
  readonly #arrived = new Inbox<unknown>();
  readonly #iterate: () => AsyncIterator<LogEntry, undefined>;

  constructor(link: HubLink, log: string, { from, onGap }: { readonly from: LogStart; onGap(): void }) {
    this.#link = link;
    this.#log = log;
    this.#from = from;
    this.#onGap = onGap;
    this.#release = link.hold();
    this.#iterate = readInTurn(
      () => this.#next(),
      () => this.close(),
    );
  }

  get position(): string {
    return this.#position ?? "";
  }

  /** Begins to read; resolved means that the hub knows the place. */
  async open(signal: AbortSignal | undefined): Promise<this> {
    try {
      await this.#begin(signal);
      return this;
    } catch (error) {
      this.#finish();
      throw signal?.aborted ? signal.reason : toTransportError(error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const leaving = this.#stream?.return?.();
    // The hub may be gone, and its reader with it.
    await this.#session?.call(["unread", this.#log], [this.#number]).catch(() => undefined);
    await leaving;
    this.#finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<LogEntry, undefined> {
    return this.#iterate();
  }

  async #begin(signal?: AbortSignal | undefined): Promise<void> {
    const session = await this.#link.session();
    const answer = await session.call(["read", this.#log], [{ from: this.#from }], { signal });
    if (!Array.isArray(answer)) throw foreign("read");
    const [number, stream, position]: unknown[] = answer;
    if (typeof number !== "number" || !isStream(stream) || typeof position !== "string") throw foreign("read");
    // To begin again with "now" would miss what was appended in between.
    if (this.#from === "now") this.#from = position;
    this.#position ??= position;
    this.#session = session;
    this.#number = number;
    this.#stream = stream[Symbol.asyncIterator]();
  }

  async #next(): Promise<Result> {
    while (!this.#isClosed) {
      try {
        const entry = this.#readArrived();
        if (entry) return { value: entry, done: false };
        const next = await this.#stream?.next();
        if (!next || next.done) break;
        for (const event of readParcel("read", next.value)) this.#arrived.push(event);
      } catch (error) {
        await this.#resume(error);
      }
    }
    this.#finish();
    return DONE;
  }

  #readArrived(): LogEntry | undefined {
    for (let event = this.#arrived.shift(); event !== undefined; event = this.#arrived.shift()) {
      const entry = this.#read(event);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Reads an entry, or tells of a gap where there is none. */
  #read(value: unknown): LogEntry | undefined {
    if (!Array.isArray(value)) throw foreign("read");
    const [id, time, key, ...frames]: unknown[] = value;
    if (id === undefined) {
      this.#onGap();
      return undefined;
    }
    if (typeof id !== "string" || typeof time !== "number") throw foreign("read");
    if (key !== undefined && typeof key !== "string") throw foreign("read");
    this.#from = id;
    this.#position = id;
    return { id, time: new Date(time), key, frames: readFrames(frames) };
  }

  /**
   * Goes on behind the last entry when the stream broke with its session. What
   * the hub no longer has, because it began anew or trimmed it meanwhile, is a
   * gap. Rejects with what broke the stream when there is no way back.
   */
  async #resume(error: unknown): Promise<void> {
    if (this.#isClosed) return;
    try {
      // Any other failure would come back with the next stream.
      if (!isLoss(error)) throw error;
      // Settles once the session is there again, in another life if the hub has forgotten this one, or for good not.
      await this.#session?.ping().catch(() => undefined);
      await this.#beginAgain();
    } catch {
      const isExpected = this.#isClosed || this.#link.isClosed;
      this.#finish();
      if (!isExpected) throw toTransportError(error);
    }
  }

  async #beginAgain(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (!(error instanceof TransportError && error.code === "TRIMMED")) throw error;
      this.#from = "start";
      await this.#begin();
      this.#onGap();
    }
  }

  #finish(): void {
    this.#isClosed = true;
    this.#stream = undefined;
    this.#release();
  }
}

/** Says whether a stream broke because its session did. */
function isLoss(error: unknown): boolean {
  return error instanceof SessionError && ["LOST", "CLOSED", "GAP"].includes(error.code);
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isSize(value: unknown): value is LogSize {
  if (typeof value !== "object" || value === null) return false;
  const counts = new Map<string, unknown>(Object.entries(value));
  return ["entries", "bytes"].every((name) => typeof counts.get(name) === "number");
}
