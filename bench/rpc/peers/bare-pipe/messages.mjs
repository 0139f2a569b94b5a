// @ts-check

/**
 * Cuts what a socket receives into messages of one length.
 *
 * @param {import("node:stream").Readable} socket
 * @param {number} bytes of each message
 * @param {(message: Buffer) => void} take
 * @returns {void}
 */
export function readMessages(socket, bytes, take) {
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);
  socket.on("data", (/** @type {Buffer} */ chunk) => {
    const received = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let position = 0;
    for (; position + bytes <= received.length; position += bytes) take(received.subarray(position, position + bytes));
    rest = received.subarray(position);
  });
}
