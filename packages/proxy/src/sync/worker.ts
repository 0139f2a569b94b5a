/**
 * The main module of a synchronous connection's thread.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { completeSettings, Entry, Packer } from "@fourwire/session/wire";
import type { Transport } from "@fourwire/transport";
import { buildTransport } from "./build-transport.ts";
import { noteEnd, postFrames, wake } from "./mailbox.ts";
import { LINK, OPENING, type ThreadOrders } from "./orders.ts";
import { markOwn } from "./own-errors.ts";
import { createPortTransport } from "./port-transport.ts";
import { relay } from "./relaying.ts";

/** How long the thread may take to end once its connection is closed. */
const LINGER_MS = 2_000;

const orders: ThreadOrders = workerData;
const { port, cell } = orders;
process.once("exit", () => noteEnd(cell));

let far: Transport | undefined;
try {
  far = await buildTransport(orders.recipe);
  await relay({ ...orders, far, near: createPortTransport(port, cell) });
} catch (error) {
  const { codec, limits } = completeSettings({}, LINK);
  const wire = new Packer({ limits, codec, showStack: true }).packError(markOwn(error));
  postFrames(port, [codec.encode([1, 0, Entry.ERROR, OPENING, wire])]);
  wake(cell);
} finally {
  await far?.close();
}
// The thread ends by itself when its sockets have really gone, which is after they were closed; a process that ended
// it before would abort (zeromq.js#411). What a transport left behind must not keep it.
port.close();
setTimeout(() => process.exit(), LINGER_MS).unref();
