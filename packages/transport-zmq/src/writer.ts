/**
 * The one writer of a socket.
 *
 * @module
 */

import type { Dealer, Router } from "zeromq";

/** The messages after which a sender that never waits for anything else gives up its turn. */
const BURST_MESSAGES = 512;
const BURST_BYTES = 4 * 1024 * 1024;

/**
 * Hands messages to a socket, in the order of the calls.
 *
 * The socket's send timeout is 0, so each message is handed over, or turned
 * down, before `send` returns: sends never overlap and nothing is queued here.
 */
export class Writer {
  readonly #socket: Dealer | Router;
  #messages = 0;
  #bytes = 0;

  constructor(socket: Dealer | Router) {
    this.#socket = socket;
  }

  send(message: Uint8Array[], bytes: number): Promise<void> {
    const sent = this.#socket.send(message);
    this.#messages += 1;
    this.#bytes += bytes;
    if (this.#messages < BURST_MESSAGES && this.#bytes < BURST_BYTES) return sent;
    this.#messages = 0;
    this.#bytes = 0;
    // Otherwise a loop of awaited sends would keep the event loop from ever reading.
    return sent.then(nextTurn);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
