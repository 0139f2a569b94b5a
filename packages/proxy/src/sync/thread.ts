/**
 * What a synchronous connection's thread does, from its start to its end.
 *
 * @module
 */

import { completeSettings, Entry, Packer } from "@fourwire/session/wire";
import type { Transport } from "@fourwire/transport";
import { buildTransport } from "./build-transport.ts";
import { postFrames, wake } from "./mailbox.ts";
import { LINK, OPENING, type ThreadOrders } from "./orders.ts";
import { markOwn } from "./own-errors.ts";
import { createPortTransport } from "./port-transport.ts";
import { relay } from "./relaying.ts";

/** How long the thread may take to end once its connection is closed. */
const LINGER_MS = 2_000;

/** Connects, relays until the other thread leaves, and closes. Tells that thread when it cannot connect. */
export async function runThread(orders: ThreadOrders): Promise<void> {
  const { port, cell, recipe } = orders;
  let far: Transport | undefined;
  try {
    far = await buildTransport(recipe);
    await relay({ ...orders, far, near: createPortTransport(port, cell) });
  } catch (error) {
    const { codec, limits } = completeSettings({}, LINK);
    const wire = new Packer({ limits, codec, showStack: true }).packError(markOwn(error));
    postFrames(port, [codec.encode([1, 0, Entry.ERROR, OPENING, wire])]);
    wake(cell);
  }
  await far?.close();
  // The thread ends by itself when its sockets have really gone, which is after they were closed; a process that ended
  // it before would abort (zeromq.js#411). What a transport left behind must not keep it.
  port.close();
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
