/**
 * The one reader of a socket.
 *
 * @module
 */

import type { Dealer, Router } from "zeromq";

/** Takes the next message; `undefined` once the socket is closed, which is the only way that this fails. */
export async function receiveFrom(socket: Dealer | Router): Promise<readonly Buffer[] | undefined> {
  try {
    return await socket.receive();
  } catch (error) {
    if (socket.closed) return undefined;
    throw error;
  }
}

/** Calls back once the reader has taken everything that has arrived; not at all if the socket is closed before. */
export function afterArrived(socket: Dealer | Router, then: () => void): void {
  // A turn at least, for the message that was taken and is about to be handed on.
  setImmediate(() => {
    if (socket.closed) return;
    if (look(socket).readable) afterArrived(socket, then);
    else then();
  });
}

/**
 * Reads what a socket that is being read is ready for.
 *
 * Asking libzmq takes back the wake-up that the reader waits for. Sending no
 * part at all sends nothing and makes zeromq.js look for the reader's message.
 */
export function look(socket: Dealer | Router): { readonly readable: boolean; readonly writable: boolean } {
  const { readable, writable } = socket;
  socket.send([]).catch(() => undefined);
  return { readable, writable };
}
