// @ts-check
/**
 * The smallest message an echo can do with: what the bare peers send, so that
 * their figures are those of the socket and not of an encoding.
 *
 * A request is the call's number (32 bit) and two doubles, a reply the number
 * and one double, all little-endian.
 *
 * @module
 */

export const REQUEST_BYTES = 20;
export const REPLY_BYTES = 12;

/**
 * @param {number} id
 * @param {number} a
 * @param {number} b
 * @returns {Buffer}
 */
export function encodeRequest(id, a, b) {
  const request = Buffer.allocUnsafe(REQUEST_BYTES);
  request.writeUInt32LE(id, 0);
  request.writeDoubleLE(a, 4);
  request.writeDoubleLE(b, 12);
  return request;
}

/**
 * Reads a request and encodes its reply: all a bare server does.
 *
 * @param {Buffer} request
 * @returns {Buffer}
 */
export function answer(request) {
  const reply = Buffer.allocUnsafe(REPLY_BYTES);
  reply.writeUInt32LE(request.readUInt32LE(0), 0);
  reply.writeDoubleLE(request.readDoubleLE(4) + request.readDoubleLE(12), 4);
  return reply;
}

/** The calls of a bare client that wait for their reply. */
export class PendingCalls {
  /** @type {Map<number, (sum: number) => void>} */
  #waiting = new Map();
  #lastId = 0;

  /**
   * Makes a call with `send`, which is given the encoded request.
   *
   * @param {number} a
   * @param {number} b
   * @param {(request: Buffer) => void} send
   * @returns {Promise<number>}
   */
  call(a, b, send) {
    this.#lastId = (this.#lastId + 1) >>> 0;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send(encodeRequest(id, a, b));
    });
  }

  /**
   * Resolves the call that this is the reply to.
   *
   * @param {Buffer} reply
   * @returns {void}
   */
  settle(reply) {
    const id = reply.readUInt32LE(0);
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) throw new Error(`bench: a reply to call ${id}, which does not wait for one`);
    this.#waiting.delete(id);
    resolve(reply.readDoubleLE(4));
  }
}
