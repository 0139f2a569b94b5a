/**
 * Who may come in: rules that come before the first message.
 *
 * @module
 */

import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import type { Settings } from "./options.ts";
import type { Refusal } from "./protocol.ts";
import { PROTOCOL, REFUSAL_PROTOCOL } from "./protocol.ts";

const LISTENER_CLOSED: Refusal = { status: 503, reason: "the listener is closed" };

/**
 * Objects to a request because of where it comes from.
 *
 * Browsers let any page open a WebSocket to any address and send its cookies
 * along; all that stands against it is the `Origin` they add, and, for a page
 * whose name was made to point here, the `Host`.
 */
export function objectToPlace(
  { headers }: IncomingMessage,
  { origins, hosts }: Settings,
  ownHost: string,
): Refusal | undefined {
  const { host, origin } = headers;
  const name = hostNameOf(host);
  if (name === undefined || !(isLoopback(name) || name === ownHost || hosts.includes(name))) {
    return { status: 403, reason: `hosts does not list "${name ?? host ?? ""}"` };
  }
  if (origin !== undefined && !origins.has(origin)) return { status: 403, reason: `origins does not list "${origin}"` };
  return undefined;
}

/** Objects to a request that does not speak this driver's protocol. */
export function objectToProtocol(request: IncomingMessage): Refusal | undefined {
  if (protocolsOf(request).includes(PROTOCOL)) return undefined;
  return { status: 400, reason: `the subprotocol is ${PROTOCOL}` };
}

/** Lets `verify` judge a request, until the listener is closed. What it throws stays here. */
export async function objectToNewcomer(
  request: IncomingMessage,
  { verify, connectTimeoutMs }: Settings,
  closing: AbortSignal,
): Promise<Refusal | undefined> {
  if (!verify) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onClosed: () => void = () => undefined;
  const inTime = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve({ status: 503, reason: "verify takes too long" }), connectTimeoutMs);
    onClosed = () => resolve(LISTENER_CLOSED);
    closing.addEventListener("abort", onClosed);
  });
  try {
    return (await Promise.race([judge(verify(request)), inTime])) ?? (closing.aborted ? LISTENER_CLOSED : undefined);
  } catch {
    return { status: 500, reason: "verify failed" };
  } finally {
    clearTimeout(timer);
    closing.removeEventListener("abort", onClosed);
  }
}

/** Says whether a client understands a refusal by the close frame, which it needs when it cannot read an HTTP status. */
export function readsCloseFrames(request: IncomingMessage): boolean {
  return protocolsOf(request).includes(REFUSAL_PROTOCOL);
}

async function judge(pending: unknown): Promise<Refusal | undefined> {
  const verdict = await pending;
  if (verdict === true) return undefined;
  return { status: 401, reason: typeof verdict === "string" ? verdict : "not authorized" };
}

/** Reads the name in a `Host` header, the way a URL has it; `undefined` when there is none. */
function hostNameOf(host: string | undefined): string | undefined {
  if (!host || /[\s/?#@\\]/.test(host) || !URL.canParse(`ws://${host}`)) return undefined;
  return new URL(`ws://${host}`).hostname;
}

/** Says whether a host name is this machine to itself; no DNS server is asked about any of these. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
}

function protocolsOf({ headers }: IncomingMessage): readonly string[] {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return offered.split(",").map((name) => name.trim());
}
