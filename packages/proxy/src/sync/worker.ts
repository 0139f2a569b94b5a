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
// Whatever a transport left behind ends here; its sockets are closed.
process.exit();
