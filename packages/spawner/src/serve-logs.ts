/**
 * A collector that others send their records to.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { serve } from "@fourwire/proxy";
import type { Key, ServeOptions as SessionServeOptions } from "@fourwire/session";
import type { Transport } from "@fourwire/transport";
import type { LogCollector } from "./log-collector.ts";
import { readRecord } from "./read-record.ts";

/** How a collector is served. */
export interface ServeLogsOptions extends Omit<SessionServeOptions, "key"> {
  readonly transport: Transport;
  /** Where to listen. Default: a fresh address. */
  readonly address?: string | undefined;
  /** The secret that senders prove to hold; `false` for none, which lets everybody send who reaches the address. Default: a random one. */
  readonly key?: Key | false | undefined;
}

/** A collector that is being served. */
export interface ServedLogs extends AsyncDisposable {
  /** The address really bound, for `sendLogs`. */
  readonly address: string;
  /** The secret that senders need; `undefined` when none is. */
  readonly key: Key | undefined;
  /** Takes no more records; the collector stays. Safe to call twice. */
  close(): Promise<void>;
}

/** Who sends. */
export interface LogSource {
  readonly hostname: string;
  readonly pid: number;
  readonly name: string;
  readonly thread: string;
}

const KEY_BYTES = 32;

/**
 * Lets other processes send what they log to a collector, over any transport:
 * `sendLogs` is the other end. From Pyacq's `LogServer(logger, address)`.
 *
 * Rejects with what listening rejects with.
 *
 * @example
 * ```ts
 * using logs = new LogCollector();
 * await using served = await serveLogs(logs, { transport: zmq(), address: "tcp://127.0.0.1:9001" });
 * ```
 */
export async function serveLogs(logs: LogCollector, options: ServeLogsOptions): Promise<ServedLogs> {
  const { address, key, ...rest } = options;
  const secret = key === false ? undefined : (key ?? randomBytes(KEY_BYTES).toString("hex"));
  const server = await serve(new LogDesk(logs), address, { heartbeat: {}, ...rest, key: secret });
  const close = (): Promise<void> => server.close();
  return { address: server.address, key: secret, close, [Symbol.asyncDispose]: close };
}

/** What is served: senders call its members, and no others. */
export class LogDesk {
  readonly #logs: LogCollector;

  constructor(logs: LogCollector) {
    this.#logs = logs;
  }

  /** Tells the time by which records are sorted, in ms since 1970. */
  clock(): number {
    return Date.now();
  }

  /** Takes lines of JSON; the sender's clock is so many ms behind this one. */
  add(lines: readonly string[], { hostname, pid, name, thread }: LogSource, behindMs: number): void {
    if (!Number.isFinite(behindMs)) throw new TypeError(`behindMs is ${String(behindMs)}; expected a number`);
    const source = { hostname: String(hostname), pid: Number(pid), name: String(name), thread: String(thread) };
    for (const line of lines) {
      const said = readRecord(String(line));
      this.#logs.add({ ...source, ...said, time: said.time + behindMs, name: source.name });
    }
  }
}
