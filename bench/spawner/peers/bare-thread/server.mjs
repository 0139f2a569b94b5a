// @ts-check
/**
 * Main module of a thread.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { answer } from "../messages.mjs";

parentPort?.on("message", (request) => parentPort?.postMessage(answer(request)));
