// @ts-check
/**
 * The calls of a bare client whose medium carries values instead of bytes: a
 * request is `[number, a, b]`, a reply `[number, sum]`.
 *
 * @module
 */

export class PostedCalls {
  /** @type {Map<number, (sum: number) => void>} */
  #waiting = new Map();
  #lastId = 0;

  /**
   * @param {number} a
   * @param {number} b
   * @param {(request: [id: number, a: number, b: number]) => void} post
   * @returns {Promise<number>}
   */
  call(a, b, post) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      post([id, a, b]);
    });
  }

  /**
   * @param {[id: number, sum: number]} reply
   * @returns {void}
   */
  settle([id, sum]) {
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) throw new Error(`bench: a reply to call ${id}, which does not wait for one`);
    this.#waiting.delete(id);
    resolve(sum);
  }
}
