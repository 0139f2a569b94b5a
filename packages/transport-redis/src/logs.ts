/**
 * Durable channels in Redis: Streams.
 *
 * @module
 */

import type {
  AppendOptions,
  Frames,
  LogSize,
  LogStart,
  LogSubscription,
  Logs,
  ReadOptions,
  Retention,
} from "@fourwire/transport";
import {
  checkAppendOptions,
  checkFrames,
  checkLogName,
  checkLogStart,
  joinFrames,
  TransportError,
} from "@fourwire/transport";
import type { Connection } from "./connection.ts";
import type { Resident } from "./connections.ts";
import { LogReader } from "./log-reader.ts";
import { appendEntry, findPlace, measureLog, purgeEntries } from "./log-scripts.ts";
import type { Means } from "./means.ts";
import { freshId } from "./names.ts";
import { readNumbers, readTexts } from "./replies.ts";
import type { Script, ScriptArgument } from "./scripts.ts";

/** The logs of one transport. */
export class RedisLogs implements Logs, Resident {
  readonly #means: Means;
  readonly #readers = new Set<LogReader>();
  /** Which run of the server there was a connection to. */
  #run = "";

  constructor(means: Means) {
    this.#means = means;
  }

  async append(log: string, frames: Frames, options: AppendOptions = {}): Promise<string> {
    this.#begin(log, options.signal);
    checkAppendOptions(options);
    const { maxMessageBytes, maxLogBytes } = this.#means.settings;
    checkFrames(frames, maxMessageBytes);
    const { key = "", retention = {} } = options;
    const maxBytes = Math.min(retention.maxBytes ?? maxLogBytes, maxLogBytes);
    const joined = joinFrames(frames);
    const payload = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
    const args = [createEpoch(), ...readBounds(retention, maxBytes), key, payload];
    const [epoch, id] = readTexts(await this.#runScript(log, appendEntry, args));
    if (id !== undefined) return `${epoch}-${id}`;
    throw new TransportError("TOO_LARGE", `The log "${log}" holds at most ${maxBytes} bytes (maxBytes)`);
  }

  async read(log: string, options: ReadOptions = {}): Promise<LogSubscription> {
    const { from = "now", onGap = () => undefined, signal } = options;
    this.#begin(log, signal);
    checkLogStart(from);
    const wish = readStart(log, from);
    const release = this.#means.connections.hold();
    try {
      const [epoch, id, isGap, ...last] = readTexts(await this.#runScript(log, findPlace, wish));
      signal?.throwIfAborted();
      if (epoch === undefined || id === undefined) {
        throw new TransportError("TRIMMED", `Entries of the log "${log}" behind ${String(from)} are no longer kept`);
      }
      const place = { epoch, id, isGap: isGap === "1", last: last.sort(compareIds) };
      const onEnd = (): void => {
        this.#readers.delete(reader);
        release();
      };
      const reader = new LogReader(this.#means, this.#means.names.log(log), { place, onGap, onEnd });
      this.#readers.add(reader);
      return reader;
    } catch (error) {
      release();
      throw error;
    }
  }

  async size(log: string): Promise<LogSize> {
    this.#begin(log);
    const [entries = 0, bytes = 0] = readNumbers(await this.#runScript(log, measureLog, []));
    return { entries, bytes };
  }

  async purge(log: string): Promise<number> {
    this.#begin(log);
    return Number(await this.#runScript(log, purgeEntries, []));
  }

  async connected(connection: Connection, isAnother: boolean): Promise<void> {
    // A server that does not say which run it is may have lost something, too, and so may the other nodes of a Cluster.
    const info = connection.isCluster ? "" : await connection.info("server").catch(() => "");
    const [, run = ""] = /^run_id:(\S+)/m.exec(info) ?? [];
    const isSame = run !== "" && run === this.#run;
    this.#run = run;
    if (!isAnother) return;
    for (const reader of [...this.#readers]) reader.goOn(!isSame);
  }

  disconnected(): void {
    // Readers remember their place and go on with the next connection.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()));
  }

  #begin(log: string, signal?: AbortSignal | undefined): void {
    this.#means.connections.checkOpen();
    signal?.throwIfAborted();
    checkLogName(log);
  }

  #runScript(log: string, script: Script, args: readonly ScriptArgument[]): Promise<unknown> {
    const { connections, names } = this.#means;
    return connections.use((connection) => connection.run(script, names.log(log), args));
  }
}

function createEpoch(): string {
  // Ids are split at their dashes.
  return freshId().replaceAll("-", "_").slice(0, 12);
}

/** Writes the bounds as the script takes them. */
function readBounds({ maxEntries, maxAgeMs, maxPerKey }: Retention, maxBytes: number): readonly number[] {
  const finite = (bound: number | undefined): number => (Number.isFinite(bound) ? Math.floor(bound ?? 0) : 0);
  // An age of 0 is one.
  const age = maxAgeMs === undefined ? 0 : Math.max(finite(maxAgeMs), Number.isFinite(maxAgeMs) ? 1 : 0);
  return [finite(maxEntries), age, maxBytes, finite(maxPerKey)];
}

function readStart(log: string, from: LogStart): readonly (string | number)[] {
  if (from instanceof Date) return ["time", from.getTime()];
  if (from === "now" || from === "start" || from === "last") return [from];
  const [epoch, ms, number, ...rest] = from.split("-");
  const isId = [ms, number].every((part) => part !== undefined && /^\d+$/.test(part)) && rest.length === 0;
  if (!isId) throw new TypeError(`from is no id of the log "${log}": ${from}`);
  return ["id", epoch ?? "", `${ms}-${number}`];
}

/** Orders ids by time and number. */
function compareIds(one: string, other: string): number {
  const [oneMs = 0, oneNumber = 0] = one.split("-").map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split("-").map(Number);
  return oneMs - otherMs || oneNumber - otherNumber;
}
