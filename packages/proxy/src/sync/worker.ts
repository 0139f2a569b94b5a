/**
 * The main module of a synchronous connection's thread.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { noteEnd } from "./mailbox.ts";
import type { ThreadOrders } from "./orders.ts";

const orders: ThreadOrders = workerData;

// Before anything that may fail is loaded: whoever waits for this thread can only see that it ended, and read its last words.
process.once("uncaughtExceptionMonitor", (error) => orders.port.postMessage(error.stack ?? error.message));
process.once("exit", () => noteEnd(orders.cell));
const { runThread } = await import("./thread.ts");
await runThread(orders);
