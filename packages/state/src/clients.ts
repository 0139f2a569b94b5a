/**
 * Who the clients of an authority are, across their sessions.
 *
 * @module
 */

import type { Session } from "@fourwire/session";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { StateError } from "./errors.ts";

/** The bytes of a client's secret. */
export const SECRET_BYTES = 16;
const MAX_NAME_LENGTH = 64;

/** The clients that have a session, and those that owned something when the authority started. */
export class Clients {
  readonly #sessions = new Map<string, Set<Session>>();
  readonly #gone: (client: string) => void;
  readonly #absent: Set<string>;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** Those who are expected back are given up after a while. */
  constructor(expected: ReadonlySet<string>, leaseMs: number, gone: (client: string) => void) {
    this.#gone = gone;
    this.#absent = new Set(expected);
    if (expected.size === 0) return;
    this.#timer = setTimeout(() => this.#giveUp(), leaseMs);
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  /**
   * Takes note of a session and returns the name that others see of its client.
   *
   * The name is made of a secret, so that nobody can pass for somebody else by
   * what a change tells of them.
   */
  enter(session: Session, secret: unknown, name: unknown): string {
    if (!(secret instanceof Uint8Array) || secret.byteLength !== SECRET_BYTES) {
      throw new StateError("INVALID_VALUE", `A client's secret has ${SECRET_BYTES} bytes`);
    }
    const id = bytesToHex(sha256(secret)).slice(0, 16);
    const client = typeof name === "string" ? `${name.slice(0, MAX_NAME_LENGTH)}/${id}` : id;
    this.#absent.delete(client);
    const sessions = this.#sessions.get(client) ?? new Set();
    this.#sessions.set(client, sessions.add(session));
    void session.closed.then(() => this.#leave(client, session));
    return client;
  }

  /** Stops: those who leave from now on do so because the authority does. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #leave(client: string, session: Session): void {
    const sessions = this.#sessions.get(client);
    sessions?.delete(session);
    if (!sessions || sessions.size > 0) return;
    this.#sessions.delete(client);
    if (!this.#closed) this.#gone(client);
  }

  #giveUp(): void {
    for (const client of this.#absent) this.#gone(client);
    this.#absent.clear();
  }
}
