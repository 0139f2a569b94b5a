/** Bare sockets that speak to the driver without it. */
import { once } from "node:events";
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { get } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { WebSocket } from "ws";

/** The subprotocol, as docs/transports/web-socket.md has it. */
export const PROTOCOL = "fourwire.v1";

/** Opens a WebSocket as a client would that knows the protocol and nothing else. */
export async function sayHello(address: string, protocols: readonly string[] = [PROTOCOL]): Promise<WebSocket> {
  const socket = new WebSocket(address, [...protocols]);
  socket.on("error", () => undefined);
  await once(socket, "open");
  return socket;
}

/** What a server answers to an opening request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks to open a WebSocket, with whatever headers; an answer of 101 is hung up on. */
export async function knock(address: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  const request = get(address.replace(/^ws/, "http"), {
    agent: false,
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-protocol": PROTOCOL,
      ...headers,
    },
  });
  return await Promise.race([upgraded(request), answered(request)]);
}

/** Opens a TCP connection and says something. */
export async function say(address: string, words: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(words);
  return socket;
}

async function upgraded(request: ClientRequest): Promise<Answer> {
  const [response, socket]: [IncomingMessage, Socket] = (await once(request, "upgrade")) as never;
  socket.destroy();
  return { status: response.statusCode ?? 0, body: "" };
}

async function answered(request: ClientRequest): Promise<Answer> {
  const [response]: [IncomingMessage] = (await once(request, "response")) as never;
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}
