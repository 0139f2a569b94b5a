/**
 * A `ws` socket as a conversation.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import { WebSocket } from "ws";
import type { Socket } from "./conversation.ts";
import { Conversation } from "./conversation.ts";
import type { LimitSettings } from "./limits.ts";

/** The messages after which a sender that never waits for anything else gives up its turn. */
const BURST_MESSAGES = 512;
const BURST_BYTES = 4 * 1024 * 1024;

/** Starts a conversation on an open socket, in the turn in which it opened. */
export function converse(webSocket: WebSocket, limits: LimitSettings): Conversation {
  const conversation = new Conversation(new NodeSocket(webSocket, limits), limits);
  // Each message gets memory of its own that way.
  webSocket.binaryType = "arraybuffer";
  webSocket.on("message", (data, isBinary) => {
    conversation.receive(isBinary && data instanceof ArrayBuffer ? data : undefined);
  });
  webSocket.on("error", (error) => conversation.breakOff(violation(error, limits)));
  webSocket.on("close", (code, reason) => conversation.over(code, reason.toString()));
  return conversation;
}

function violation(cause: Error, { maxMessageBytes }: LimitSettings): TransportError {
  const isTooLarge = "code" in cause && cause.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  const why = isTooLarge ? `A message exceeds ${maxMessageBytes} bytes (maxMessageBytes)` : cause.message;
  return new TransportError("LOST", why, { cause });
}

class NodeSocket implements Socket {
  readonly #webSocket: WebSocket;
  readonly #maxBufferedBytes: number;
  #messages = 0;
  #bytes = 0;

  constructor(webSocket: WebSocket, { maxBufferedBytes }: LimitSettings) {
    this.#webSocket = webSocket;
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Writes at once: gathering a turn's messages would spare calls of the kernel, and let the far end wait meanwhile. */
  send(message: Uint8Array): Promise<void> {
    const isTooMuch = this.#webSocket.bufferedAmount + message.byteLength > this.#maxBufferedBytes;
    if (isTooMuch) return this.#sendAndWait(message);
    this.#webSocket.send(message);
    this.#messages += 1;
    this.#bytes += message.byteLength;
    if (this.#messages < BURST_MESSAGES && this.#bytes < BURST_BYTES) return Promise.resolve();
    this.#messages = 0;
    this.#bytes = 0;
    // Otherwise a loop of awaited sends would keep the event loop from ever reading.
    return new Promise((resolve) => setImmediate(resolve));
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  drop(): void {
    this.#webSocket.terminate();
  }

  /** Waits until the kernel has the message, and so everything before it. */
  #sendAndWait(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#webSocket.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }
}
