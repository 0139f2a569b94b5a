// @ts-check
/**
 * The messages of bare workers: a request is `[number, name, …arguments]`, a
 * reply `[number, result]`.
 *
 * @module
 */

import { add, give, take } from "./calculator.mjs";

/** @type {Readonly<Record<string, (...args: any[]) => unknown>>} */
const methods = { add, take, give };

/**
 * Answers a request.
 *
 * @param {unknown} request
 * @returns {[id: number, result: unknown]}
 */
export function answer(request) {
  const [id, name, ...args] = /** @type {[number, string, ...any[]]} */ (request);
  return [id, methods[name]?.(...args)];
}

/** The calls of a client that posts requests. */
export class Calls {
  /** @type {Map<number, (result: any) => void>} */
  #waiting = new Map();
  #lastId = 0;
  #post;

  /** @param {(request: unknown[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /**
   * @param {string} name
   * @param {...unknown} args
   * @returns {Promise<any>}
   */
  call(name, ...args) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post([id, name, ...args]);
    });
  }

  /** @param {[id: number, result: unknown]} reply */
  settle([id, result]) {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }

  /**
   * @param {() => Promise<unknown>} close
   * @returns {import("../peers.mjs").Connection}
   */
  connection(close) {
    return {
      add: (a, b) => this.call("add", a, b),
      take: (samples) => this.call("take", samples),
      give: (length) => this.call("give", length),
      close,
    };
  }
}
