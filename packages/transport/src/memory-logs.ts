/**
 * Durable channels within a memory network, or those of a journal.
 *
 * @module
 */

import { TransportError } from "./errors.ts";
import { checkFrames, copyFrames, type Frames } from "./frames.ts";
import type { JournaledEntry, JournaledLog, LogJournal } from "./log-journal.ts";
import { boundsOf, checkAppendOptions, checkLogName, checkLogStart } from "./log-options.ts";
import type { AppendOptions, LogSize, LogSubscription, Logs, ReadOptions } from "./logs.ts";
import { MemoryLog, weighEntry } from "./memory-log.ts";
import { LogReader } from "./memory-log-reader.ts";

/** Limits of the logs. */
export interface MemoryLogsOptions {
  readonly maxMessageBytes: number;
  /** The bytes that one log holds, whatever its retention says. */
  readonly maxLogBytes: number;
  /** Is told of every change; nothing is answered, and no reader sees it, before it is kept. Default: none. */
  readonly journal?: LogJournal | undefined;
}

/** The logs of one private network, or those of a journal. */
export class MemoryLogs implements Logs {
  readonly #options: MemoryLogsOptions;
  readonly #journal: LogJournal | undefined;
  readonly #logs = new Map<string, MemoryLog>();
  readonly #readers = new Set<LogReader>();
  #isClosed = false;

  constructor(options: MemoryLogsOptions) {
    this.#options = options;
    this.#journal = options.journal;
  }

  /** Takes in what a journal kept, the entries of each log in order. */
  restore(logs: Iterable<JournaledLog>, entries: Iterable<JournaledEntry>): void {
    for (const state of logs) this.#logs.set(state.log, new MemoryLog(state));
    for (const entry of entries) this.#logs.get(entry.log)?.restore(entry);
  }

  async append(name: string, frames: Frames, options: AppendOptions = {}): Promise<string> {
    this.#begin(name, options.signal);
    checkAppendOptions(options);
    const { maxMessageBytes, maxLogBytes } = this.#options;
    checkFrames(frames, maxMessageBytes);
    const { key, retention } = options;
    const bounds = boundsOf(retention, maxLogBytes);
    if (weighEntry(key, frames) > bounds.maxBytes) {
      throw new TransportError("TOO_LARGE", `The log "${name}" holds at most ${bounds.maxBytes} bytes (maxBytes)`);
    }
    const log = this.#log(name);
    const entry = log.append(key, copyFrames(frames));
    this.#journal?.append(entry);
    this.#note(log, log.trim(bounds, key));
    await this.#journal?.kept();
    log.show(entry.number);
    return log.idOf(entry.number);
  }

  async read(name: string, options: ReadOptions = {}): Promise<LogSubscription> {
    this.#begin(name, options.signal);
    const { from = "now", onGap = () => undefined } = options;
    checkLogStart(from);
    const log = this.#logs.get(name) ?? new MemoryLog(createState(name));
    this.#trimAged(log);
    const place = log.placeOf(from);
    this.#logs.set(name, log);
    log.readers += 1;
    const onEnd = (): void => {
      this.#readers.delete(reader);
      log.readers -= 1;
      this.#forget(log);
    };
    const reader = new LogReader(log, place, { onGap, trim: () => this.#trimAged(log), onEnd });
    this.#readers.add(reader);
    return reader;
  }

  async size(name: string): Promise<LogSize> {
    this.#begin(name);
    const log = this.#logs.get(name);
    if (!log) return { entries: 0, bytes: 0 };
    this.#trimAged(log);
    return log.size;
  }

  async purge(name: string): Promise<number> {
    this.#begin(name);
    const log = this.#logs.get(name);
    const gone = log?.trimWhile(() => true) ?? [];
    if (log) this.#note(log, gone);
    await this.#journal?.kept();
    return gone.length;
  }

  close(): void {
    this.#isClosed = true;
    for (const reader of [...this.#readers]) void reader.close();
    this.#logs.clear();
  }

  #begin(name: string, signal?: AbortSignal | undefined): void {
    if (this.#isClosed) throw new TransportError("CLOSED", "The logs are closed");
    signal?.throwIfAborted();
    checkLogName(name);
  }

  #log(name: string): MemoryLog {
    const log = this.#logs.get(name) ?? new MemoryLog(createState(name));
    this.#logs.set(name, log);
    return log;
  }

  /** Forgets a log that was only ever read, so that names used once do not add up. */
  #forget(log: MemoryLog): void {
    if (log.readers === 0 && log.state.last === 0 && this.#logs.get(log.name) === log) this.#logs.delete(log.name);
  }

  #trimAged(log: MemoryLog): void {
    const gone = log.trimAged();
    // Nobody waits for it to be kept: an entry that is back after a restart is as old as before.
    if (gone.length > 0 && !this.#isClosed) this.#note(log, gone);
  }

  #note(log: MemoryLog, gone: readonly number[]): void {
    if (gone.length > 0) this.#journal?.trim(log.name, gone);
    this.#journal?.remember(log.state);
  }
}

function createState(log: string): JournaledLog {
  const [one = 0, other = 0] = globalThis.crypto.getRandomValues(new Uint32Array(2));
  const epoch = `${one.toString(36)}${other.toString(36)}`;
  return { log, epoch, last: 0, trimmedTo: 0, trimmedAt: 0 };
}
