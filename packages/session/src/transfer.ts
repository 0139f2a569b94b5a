/**
 * Memory that is given away with a value.
 *
 * @module
 */

import { GivenFrame } from "@fourwire/transport";

/** A value some of whose memory is given away when it is sent. */
export class Transfer {
  readonly value: unknown;
  readonly #buffers: ReadonlySet<unknown>;
  readonly #taken = new Map<ArrayBuffer, ArrayBuffer>();

  constructor(value: unknown, buffers: ReadonlySet<unknown>) {
    this.value = value;
    this.#buffers = buffers;
  }

  /** Whether its memory was given away: it is sent once. */
  get isSpent(): boolean {
    return this.#taken.size > 0;
  }

  /** Says whether a buffer is one of those given away. */
  holds(buffer: unknown): buffer is ArrayBuffer {
    return this.#buffers.has(buffer);
  }

  /** Takes a part of a buffer away from whoever gave it. */
  take(buffer: ArrayBuffer, byteOffset: number, byteLength: number): GivenFrame {
    const own = this.#taken.get(buffer) ?? detach(buffer);
    this.#taken.set(buffer, own);
    return new GivenFrame(own, byteOffset, byteLength);
  }
}

/**
 * Gives the memory of typed arrays away with a value, which is handed over once:
 * as an argument, a result, or an item of a stream.
 *
 * When the value is sure to leave, every listed buffer that it has arrays of is
 * detached, on every transport alike; when the call is refused, none is. Over a
 * message port large ones then move to the other thread without a copy, and
 * over others nothing has to be left alone until the answer comes. Memory that
 * cannot be detached, such as WebAssembly's and that of Node's small Buffers,
 * is copied and stays.
 *
 * The list has the arrays, or their buffers; without one the value is an array
 * itself. Throws a `TypeError` for anything else.
 *
 * @example
 * ```ts
 * await camera.show(transfer({ pixels, width }, [pixels.buffer]));
 * ```
 */
export function transfer<Value>(value: Value, list?: readonly (ArrayBuffer | ArrayBufferView)[]): Value {
  const buffers = new Set((list ?? [value]).map(bufferOf));
  // It is only ever handed over, and arrives as what it holds.
  const wrapper: unknown = new Transfer(value, buffers);
  return wrapper as Value;
}

function bufferOf(item: unknown): ArrayBuffer {
  if (ArrayBuffer.isView(item)) return bufferOf(item.buffer);
  if (item instanceof ArrayBuffer) return item;
  const what = isSharedBuffer(item) ? "shared memory, which is shared by itself" : typeof item;
  throw new TypeError(`transfer: expected typed arrays or their buffers, not ${what}`);
}

/** Says whether something is memory that threads share. Browsers have none where pages are not isolated. */
export function isSharedBuffer(buffer: unknown): buffer is SharedArrayBuffer {
  return typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
}

function detach(buffer: ArrayBuffer): ArrayBuffer {
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return buffer.slice(0);
  }
}
