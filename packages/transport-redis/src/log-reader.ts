/**
 * A reader of a log in Redis.
 *
 * @module
 */

import type { LogEntry, LogSubscription } from "@fourwire/transport";
import { readInTurn, splitFrames, TransportError } from "@fourwire/transport";
import { readEntries } from "./log-scripts.ts";
import type { Means } from "./means.ts";
import { readList } from "./replies.ts";
import type { Leave } from "./subscriptions.ts";

/** The last values that one call asks for. */
const VALUES_AT_ONCE = 64;

/** A bell may be missed without anybody noticing, in a Cluster whose nodes lose each other. */
const LOOK_AGAIN_MS = 5_000;

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Where a reader begins. */
export interface LogPlace {
  /** The epoch of the log; empty when there is none yet. */
  readonly epoch: string;
  /** The id of the stream behind which to read. */
  readonly id: string;
  /** Whether entries are missing in front of it. */
  readonly isGap: boolean;
  /** The ids of the last values of keys, to be read first. */
  readonly last: readonly string[];
}

/** What a reader is told by its logs. */
export interface ReaderOptions {
  readonly place: LogPlace;
  onGap(): void;
  onEnd(): void;
}

/**
 * Reads page by page, when it is iterated, and keeps its place over lost
 * connections. It looks whenever the bell of the log rings.
 */
export class LogReader implements LogSubscription {
  readonly #means: Means;
  readonly #key: string;
  readonly #options: ReaderOptions;
  #epoch: string;
  /** Behind what the next page begins, and behind what the next entry does. */
  #place: string;
  #position: string;
  #last: readonly string[];
  #isGap: boolean;
  #page: LogEntry[] = [];
  #bell: Promise<Leave> | undefined;
  #isClosed = false;
  #wake = (): void => undefined;
  /** Whether the bell rang since the last look. */
  #hasRung = false;
  readonly #iterate: () => AsyncIterator<LogEntry, undefined>;

  constructor(means: Means, key: string, options: ReaderOptions) {
    const { epoch, id, last, isGap } = options.place;
    this.#means = means;
    this.#key = key;
    this.#options = options;
    this.#epoch = epoch;
    this.#place = id;
    this.#position = `${epoch}-${id}`;
    this.#last = last;
    this.#isGap = isGap;
    this.#iterate = readInTurn(
      () => this.#next(),
      () => this.close(),
    );
  }

  get position(): string {
    return this.#position;
  }

  /** Goes on with another connection, over which entries may have been lost. */
  goOn(isGap: boolean): void {
    if (isGap) this.#options.onGap();
    this.#ring();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#page = [];
    this.#ring();
    const leave = await this.#bell?.catch(() => undefined);
    await leave?.();
    this.#options.onEnd();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<LogEntry, undefined> {
    return this.#iterate();
  }

  async #next(): Promise<IteratorResult<LogEntry, undefined>> {
    while (!this.#isClosed) {
      const entry = this.#page.shift();
      if (entry) {
        this.#position = entry.id;
        return { value: entry, done: false };
      }
      await this.#turnPage();
    }
    return DONE;
  }

  /** Reads the next page, or waits until there may be one. */
  async #turnPage(): Promise<void> {
    this.#hasRung = false;
    try {
      // Before the first look: what is appended behind it rings.
      this.#bell ??= this.#listen();
      await this.#bell;
      await this.#fetch();
    } catch (error) {
      if (this.#isClosed) return;
      if (!isPassing(error)) throw error;
    }
    if (this.#page.length === 0 && !this.#isClosed && !this.#hasRung && this.#last.length === 0) await this.#rung();
  }

  async #fetch(): Promise<void> {
    const wanted = this.#last.slice(0, VALUES_AT_ONCE);
    const args = [this.#epoch, this.#place, ...wanted];
    const { connections } = this.#means;
    const reply = await connections.use((connection) => connection.run(readEntries, this.#key, args));
    const [epoch, place, isGap, ...fields] = readList(reply);
    this.#last = this.#last.slice(wanted.length);
    if (wanted.length === 0) {
      this.#epoch = String(epoch);
      this.#place = String(place);
    }
    this.#tellGap(Number(isGap) === 1);
    if (!this.#isClosed) this.#page = readPage(this.#epoch, fields);
  }

  #tellGap(isGap: boolean): void {
    if (!isGap && !this.#isGap) return;
    this.#isGap = false;
    this.#options.onGap();
  }

  async #listen(): Promise<Leave> {
    const { subscriptions, connections } = this.#means;
    try {
      return await subscriptions.subscribe(
        `${this.#key}:bell`,
        () => this.#ring(),
        (work) => connections.use(work),
      );
    } catch (error) {
      this.#bell = undefined;
      throw error;
    }
  }

  #ring(): void {
    this.#hasRung = true;
    this.#wake();
  }

  #rung(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_AGAIN_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Says whether a failure is over with the next connection. */
function isPassing(error: unknown): boolean {
  return error instanceof TransportError && (error.code === "LOST" || error.code === "REFUSED");
}

function readPage(epoch: string, fields: readonly unknown[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [id, payload, key] = [String(fields[index]), fields[index + 1], String(fields[index + 2])];
    const entry = Buffer.isBuffer(payload) ? readEntry(payload) : undefined;
    const time = new Date(Number(id.split("-")[0]));
    // What somebody else put there, in another format, is none.
    if (entry) entries.push({ id: `${epoch}-${id}`, time, key: key === "" ? undefined : key, frames: entry });
  }
  return entries;
}

function readEntry(payload: Buffer): LogEntry["frames"] | undefined {
  try {
    return splitFrames(new Uint8Array(payload));
  } catch {
    return undefined;
  }
}
