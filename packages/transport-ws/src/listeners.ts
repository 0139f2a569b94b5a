/**
 * The listeners that one transport has open, and is about to open.
 *
 * @module
 */

import type { Listener } from "@fourwire/transport";
import type { Connections } from "./connections.ts";
import { ListeningEnd } from "./listening-end.ts";
import type { Settings } from "./options.ts";
import { openPlace } from "./place.ts";

/** Listens, and closes what listens. */
export class Listeners {
  readonly #settings: Settings;
  readonly #connections: Connections;
  readonly #opening = new Set<Promise<Listener>>();
  readonly #ends = new Set<ListeningEnd>();

  constructor(settings: Settings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
  }

  async listen(address: string | undefined, signal: AbortSignal | undefined): Promise<Listener> {
    this.#connections.checkOpen();
    const opening = this.#listen(address);
    this.#opening.add(opening);
    try {
      const listener = await opening;
      if (!signal?.aborted) return listener;
      await listener.close();
      throw signal.reason;
    } finally {
      this.#opening.delete(opening);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#ends].map(({ listener }) => listener.close()));
  }

  async #listen(address: string | undefined): Promise<Listener> {
    const place = await openPlace(address, this.#settings);
    try {
      // The transport may have closed meanwhile.
      this.#connections.checkOpen();
      const end = new ListeningEnd(place, this.#settings, {
        opened: (conversation) => this.#connections.keep(conversation),
        closed: (closed) => this.#ends.delete(closed),
      });
      this.#ends.add(end);
      return end.listener;
    } catch (error) {
      place.release();
      throw error;
    }
  }
}
