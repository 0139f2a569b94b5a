/**
 * The connection that everything of one transport shares.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import { Connection, type Messages } from "./connection.ts";
import { commandFailure, connectFailure } from "./failure.ts";
import type { Settings } from "./options.ts";

/** How long a connection stays open when nothing needs it any more. */
const IDLE_MS = 250;
const MIN_RETRY_MS = 20;
const MAX_RETRY_MS = 1_000;

/** Who has to know when the connection changes. */
export interface Resident {
  /** A connection is there. `isAnother` says that there was one before. Rejects when it is of no use after all. */
  connected(connection: Connection, isAnother: boolean): Promise<void>;
  /** The connection is over. */
  disconnected(): void;
}

/**
 * Opens the connection on its first use and closes it after the last.
 *
 * While anything stands, such as a subscription or a take that waits, a lost
 * connection is opened again, however long that takes.
 */
export class Connections {
  readonly #settings: Settings;
  readonly #messages: Messages;
  readonly #residents = new Set<Resident>();
  #holds = 0;
  #current: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  /** The connection that residents were told of, or are being told. */
  #newest: Connection | undefined;
  #opened = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #refuses = false;
  readonly #closing = new AbortController();

  constructor(settings: Settings, messages: Messages) {
    this.#settings = settings;
    this.#messages = messages;
  }

  /** Tells somebody of every connection from now on; those who were added first are told first. */
  add(resident: Resident): void {
    this.#residents.add(resident);
  }

  /** The connection, if there is one now. */
  get current(): Connection | undefined {
    return this.#current;
  }

  /** Throws `CLOSED` for what is asked of a transport that closes, or is closed. */
  checkOpen(): void {
    if (this.#refuses) throw closed();
  }

  /** Refuses what is asked from now on; what closes still uses the connection. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Uses the connection once. Rejects with `REFUSED` or `UNAUTHORIZED` when there is none, and with `LOST` when it breaks meanwhile. */
  async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const release = this.hold();
    try {
      return await work(await this.open());
    } catch (error) {
      throw this.#closing.signal.aborted ? closed() : commandFailure(error);
    } finally {
      release();
    }
  }

  /** Keeps the connection open until the returned function is called. */
  hold(): () => void {
    if (this.#closing.signal.aborted) throw closed();
    this.#holds += 1;
    clearTimeout(this.#idle);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds -= 1;
      if (this.#holds === 0) this.#closeSoon();
    };
  }

  /** Opens the connection unless it is open. */
  open(): Promise<Connection> {
    if (this.#current?.isUsable) return Promise.resolve(this.#current);
    if (this.#current) this.#lost(this.#current);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closing.abort(closed());
    clearTimeout(this.#idle);
    clearTimeout(this.#retry);
    const connection = this.#current;
    this.#current = undefined;
    await connection?.end();
  }

  async #open(): Promise<Connection> {
    clearTimeout(this.#retry);
    const connection = await this.#connect();
    if (this.#closing.signal.aborted) {
      await connection.end();
      throw closed();
    }
    this.#tries = 0;
    this.#opened += 1;
    connection.listen(this.#messages);
    this.#newest = connection;
    void connection.ended.then(() => this.#lost(connection));
    const isAnother = this.#opened > 1;
    try {
      for (const resident of this.#residents) await resident.connected(connection, isAnother);
    } catch (error) {
      await connection.end();
      throw commandFailure(error);
    }
    if (!connection.isUsable) throw new TransportError("LOST", "The connection to Redis was lost");
    this.#current = connection;
    if (this.#holds === 0) this.#closeSoon();
    return connection;
  }

  async #connect(): Promise<Connection> {
    const { connectTimeoutMs } = this.#settings;
    const late = new AbortController();
    const giveUp = (): void => late.abort(new Error(`no answer within ${connectTimeoutMs} ms (connectTimeoutMs)`));
    const timer = setTimeout(giveUp, connectTimeoutMs);
    try {
      return await Connection.open(this.#settings, AbortSignal.any([late.signal, this.#closing.signal]));
    } catch (error) {
      this.#retrySoon();
      throw connectFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sees to it that everybody knows, once, before there is another connection. */
  #lost(connection: Connection): void {
    if (this.#newest !== connection) return;
    this.#newest = undefined;
    this.#current = undefined;
    void connection.end();
    for (const resident of this.#residents) resident.disconnected();
    this.#retrySoon();
  }

  /** Comes back by itself as long as somebody stands. The timer keeps the process alive as the connection did. */
  #retrySoon(): void {
    clearTimeout(this.#retry);
    if (this.#closing.signal.aborted || this.#holds === 0) return;
    const delayMs = Math.min(MIN_RETRY_MS * 2 ** this.#tries, MAX_RETRY_MS);
    this.#tries += 1;
    this.#retry = setTimeout(() => {
      if (this.#closing.signal.aborted || this.#holds === 0) return;
      this.open().catch(() => this.#retrySoon());
    }, delayMs);
  }

  #closeSoon(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#retry);
    this.#idle = setTimeout(() => {
      if (this.#holds > 0) return;
      const connection = this.#current;
      this.#current = undefined;
      void connection?.end();
    }, IDLE_MS);
    this.#idle.unref();
  }
}

function closed(): TransportError {
  return new TransportError("CLOSED", "The transport is closed");
}
