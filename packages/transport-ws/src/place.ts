/**
 * Where a listener is: a port of its own, or a path of a server.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, Server as HttpsServer } from "node:https";
import { TransportError } from "@fourwire/transport";
import { describeUrl, invalid, parseListenAddress } from "./address.ts";
import type { Settings } from "./options.ts";

/** A server that listens, and the place in it. */
export interface Place {
  readonly server: HttpServer | HttpsServer;
  readonly path: string;
  /** The address to hand to `connect`. */
  readonly address: string;
  /** The host name that whoever listens chose. */
  readonly ownHost: string;
  /** Gives the port back, if it was opened here. */
  release(): void;
}

const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"],
]);

/** The connections that wait to be accepted; Node's own 511 make the next wait for a second. */
const BACKLOG = 4096;

/** Finds the place that an address names, a fresh one without. Rejects with `ADDRESS_INVALID` or `ADDRESS_IN_USE`. */
export async function openPlace(address: string | undefined, settings: Settings): Promise<Place> {
  const { server, wssOnly } = settings;
  if (server) return await joinServer(server, address, settings);
  return await openPort(parseListenAddress(address ?? `${wssOnly ? "wss" : "ws"}://127.0.0.1:0`, wssOnly), settings);
}

async function joinServer(
  server: HttpServer | HttpsServer,
  address: string = `/${randomUUID()}`,
  settings: Settings,
): Promise<Place> {
  await untilListening(server, settings.connectTimeoutMs);
  const bound = boundUrl(server, server instanceof HttpsServer ? "wss:" : "ws:");
  const given = address.startsWith("/") ? new URL(address, bound).href : address;
  const wanted = parseListenAddress(given, settings.wssOnly);
  if (wanted.protocol !== bound.protocol || !(wanted.port === bound.port || wanted.port === "0")) {
    throw invalid(wanted, `the server listens at ${describeUrl(bound)}`);
  }
  bound.pathname = wanted.pathname;
  return {
    server,
    path: bound.pathname,
    address: describeUrl(bound),
    ownHost: wanted.hostname,
    release: () => undefined,
  };
}

async function openPort(url: URL, settings: Settings): Promise<Place> {
  const server = createServer(url, settings);
  server.listen({
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || defaultPort(url)),
    backlog: BACKLOG,
  });
  try {
    await once(server, "listening");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      throw new TransportError("ADDRESS_IN_USE", `Something listens there already: ${describeUrl(url)}`, { cause });
    }
    throw invalid(url, "no port can be opened there", cause);
  }
  // A connection that cannot be accepted, for want of file descriptors, is the client's to notice.
  server.on("error", () => undefined);
  const bound = boundUrl(server, url.protocol);
  bound.pathname = url.pathname;
  return {
    server,
    path: url.pathname,
    address: describeUrl(bound),
    ownHost: url.hostname,
    release() {
      // Channels are no longer the HTTP server's; what it still has are strangers.
      server.close();
      server.closeAllConnections();
    },
  };
}

function createServer({ protocol }: URL, { tls, connectTimeoutMs }: Settings): HttpServer | HttpsServer {
  const times = {
    headersTimeout: connectTimeoutMs,
    requestTimeout: connectTimeoutMs,
    connectionsCheckingInterval: connectTimeoutMs,
  };
  if (protocol === "ws:") return createHttpServer(times, answerPlainly);
  const { cert, key } = tls;
  if (cert === undefined || key === undefined) throw new TypeError("tls.cert and tls.key are needed to listen at wss:");
  return createHttpsServer({ ...times, cert, key, handshakeTimeout: connectTimeoutMs }, answerPlainly);
}

const answerPlainly: RequestListener = (_request, response) => {
  response.writeHead(426, { connection: "close", upgrade: "websocket" }).end("WebSockets only\n");
};

async function untilListening(server: HttpServer | HttpsServer, timeoutMs: number): Promise<void> {
  if (server.listening) return;
  try {
    await once(server, "listening", { signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw invalid("", `the server did not begin to listen within ${timeoutMs} ms (connectTimeoutMs)`, cause);
  }
}

function boundUrl(server: HttpServer | HttpsServer, protocol: string): URL {
  const address = server.address();
  if (address === null || typeof address === "string") throw invalid(String(address), "the server has no TCP port");
  const host = WILDCARDS.get(address.address) ?? (address.family === "IPv6" ? `[${address.address}]` : address.address);
  return new URL(`${protocol}//${host}:${address.port}`);
}

function defaultPort({ protocol }: URL): number {
  return protocol === "wss:" ? 443 : 80;
}
