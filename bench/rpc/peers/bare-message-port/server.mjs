// @ts-check
/**
 * Main module of the worker that `client.mjs` starts.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";

parentPort?.on("message", ([id, a, b]) => parentPort?.postMessage([id, a + b]));
