// @ts-check

/**
 * Creates a function that queues a message for the socket. One loop writes
 * them in order: zeromq.js fails a `send` that meets another one under way.
 *
 * @template Message
 * @param {{ send(message: Message): Promise<void> }} socket
 * @returns {(message: Message) => void}
 */
export function createWriter(socket) {
  /** @type {Message[]} */
  let queue = [];
  let writing = false;

  const write = async () => {
    writing = true;
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      for (const message of batch) await socket.send(message);
    }
    writing = false;
  };

  return (message) => {
    queue.push(message);
    if (!writing) void write();
  };
}
