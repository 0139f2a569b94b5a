/**
 * Frames that say more than their bytes: what may become of their memory.
 *
 * @module
 */

/**
 * A frame whose memory the sender gives away with it. A driver that can moves it
 * to the far end, which leaves the frame empty; others copy it as they do any.
 *
 * It is to be the whole of its buffer; of a part no more than that part is sent.
 */
export class GivenFrame extends Uint8Array<ArrayBuffer> {
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }
}

/**
 * A frame over shared memory that is to stay shared. Only for channels whose
 * transport has the trait `transferables`: others copy it.
 */
export class SharedFrame extends Uint8Array<SharedArrayBuffer> {
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }
}
