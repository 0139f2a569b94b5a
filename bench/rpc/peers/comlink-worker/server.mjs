// @ts-check
/**
 * Main module of the worker that `client.mjs` starts.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import { toEndpoint } from "./endpoint.mjs";

export class Calculator {
  /**
   * @param {number} a
   * @param {number} b
   * @returns {number}
   */
  add(a, b) {
    return a + b;
  }
}

if (parentPort !== null) expose(new Calculator(), toEndpoint(parentPort));
