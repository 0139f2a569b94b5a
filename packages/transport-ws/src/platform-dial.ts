/**
 * Connecting with the platform's own WebSocket.
 *
 * @module
 */

import { TransportError } from "@fourwire/transport";
import { describeUrl } from "./address.ts";
import type { Socket } from "./conversation.ts";
import { Conversation } from "./conversation.ts";
import type { LimitSettings } from "./limits.ts";
import { PROTOCOL, REFUSAL_OFFSET, REFUSAL_PROTOCOL, refusalError } from "./protocol.ts";

/** How often a sender that waits looks whether its bytes have left: the platform does not tell. */
const LOOK_EVERY_MS = 4;

/** Opens a socket. Rejects with `REFUSED`, `UNAUTHORIZED` or the signal's reason. */
export async function dialPlatform(url: URL, limits: LimitSettings, signal: AbortSignal): Promise<Conversation> {
  signal.throwIfAborted();
  const socket = open(url, limits);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Conversation>((resolve, reject) => {
      const { connectTimeoutMs } = limits;
      const late = `No answer within ${connectTimeoutMs} ms (connectTimeoutMs) from ${describeUrl(url)}`;
      timer = setTimeout(() => reject(new TransportError("REFUSED", late)), connectTimeoutMs);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      socket.onclose = ({ code, reason }) => reject(failure(code, reason, url));
      socket.onopen = () => {
        // Whoever picks the other protocol says why in the close frame that follows.
        if (socket.protocol === PROTOCOL) resolve(converse(socket, limits));
      };
    });
  } catch (error) {
    socket.onclose = null;
    socket.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function open(url: URL, { protocols }: LimitSettings): WebSocket {
  try {
    const socket = new WebSocket(url.href, [PROTOCOL, REFUSAL_PROTOCOL, ...protocols]);
    socket.binaryType = "arraybuffer";
    return socket;
  } catch (cause) {
    // A page that came over https, for one, may not open a socket without encryption.
    throw new TransportError("REFUSED", `This platform does not connect to ${describeUrl(url)}`, { cause });
  }
}

function failure(code: number, reason: string, url: URL): TransportError {
  const place = describeUrl(url);
  if (code > REFUSAL_OFFSET) return refusalError({ status: code - REFUSAL_OFFSET, reason }, place);
  const causes = "nobody listens there, it is full, or its origins or hosts do not list this page";
  return new TransportError("REFUSED", `No connection to ${place}: ${causes}`);
}

function converse(socket: WebSocket, limits: LimitSettings): Conversation {
  const conversation = new Conversation(new PlatformSocket(socket, limits), limits);
  socket.onmessage = ({ data }) => conversation.receive(data instanceof ArrayBuffer ? data : undefined);
  socket.onclose = ({ code, reason }) => conversation.over(code, reason);
  return conversation;
}

class PlatformSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #maxBufferedBytes: number;

  constructor(socket: WebSocket, { maxBufferedBytes }: LimitSettings) {
    this.#socket = socket;
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async send(message: Uint8Array): Promise<void> {
    this.#socket.send(message);
    while (this.isOpen && this.#socket.bufferedAmount > this.#maxBufferedBytes) await pause();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  drop(): void {
    // The platform goes on by itself until its own time is up; nobody listens any more.
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
