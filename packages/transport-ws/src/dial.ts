/**
 * Connecting with `ws`.
 *
 * @module
 */

import type { IncomingMessage } from "node:http";
import { TransportError } from "@fourwire/transport";
import { type ClientOptions, WebSocket } from "ws";
import { describeUrl } from "./address.ts";
import type { Conversation } from "./conversation.ts";
import { converse } from "./node-socket.ts";
import type { Settings } from "./options.ts";
import { MAX_HEADER_BYTES, PROTOCOL, refusalError } from "./protocol.ts";

/** The bytes of an HTTP refusal that are read for its reason. */
const MAX_BODY_BYTES = 1024;

/** Opens a socket. Rejects with `REFUSED`, `UNAUTHORIZED` or the signal's reason. */
export async function dial(url: URL, settings: Settings, signal: AbortSignal): Promise<Conversation> {
  signal.throwIfAborted();
  const { connectTimeoutMs, protocols } = settings;
  const place = describeUrl(url);
  const webSocket = new WebSocket(url, [PROTOCOL, ...protocols], clientOptions(settings));
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Conversation>((resolve, reject) => {
      const late = `No answer within ${connectTimeoutMs} ms (connectTimeoutMs) from ${place}`;
      timer = setTimeout(() => reject(new TransportError("REFUSED", late)), connectTimeoutMs);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      webSocket.on("error", (cause) => reject(failure(cause, place)));
      webSocket.on("unexpected-response", (_request, response) => {
        readRefusal(response, place).then(reject, reject);
      });
      webSocket.on("open", () => resolve(converse(webSocket, settings)));
    });
  } catch (error) {
    webSocket.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function clientOptions(settings: Settings): ClientOptions {
  const { headers, tls, compression, maxMessageBytes, closeTimeoutMs } = settings;
  return {
    headers: { ...headers },
    perMessageDeflate: compression,
    maxPayload: maxMessageBytes + MAX_HEADER_BYTES,
    // Text is not spoken, so nobody reads it.
    skipUTF8Validation: true,
    // Newer than the types.
    ...{ closeTimeout: closeTimeoutMs },
    ...(tls.ca !== undefined && { ca: [tls.ca].flat() }),
  };
}

function failure(cause: Error, place: string): TransportError {
  const isRefused = "code" in cause && cause.code === "ECONNREFUSED";
  const why = isRefused ? "nobody listens there" : cause.message;
  return new TransportError("REFUSED", `No connection to ${place}: ${why}`, { cause });
}

async function readRefusal(response: IncomingMessage, place: string): Promise<TransportError> {
  const { statusCode: status = 0 } = response;
  let reason = "";
  try {
    for await (const chunk of response) {
      reason += String(chunk);
      if (reason.length > MAX_BODY_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  return refusalError({ status, reason: `${status} ${reason}` }, place);
}
