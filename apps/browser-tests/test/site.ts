/** A web server with the page, its scripts, and the object beside them. */
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { serve } from "@fourwire/proxy";
import { type WebSocketOptions, webSocket } from "@fourwire/transport-ws";
import { Robot } from "../src/robot.ts";
import { bundle } from "./bundle.ts";

const TYPES = { html: "text/html", js: "text/javascript" } as const;

/** The scripts of the page, its workers and its frames. */
const SCRIPTS = ["page", "worker", "object-worker", "port-host", "state-page"];

/** What a site answers with, by path. */
export type Files = ReadonlyMap<string, File>;

interface File {
  readonly type: string;
  readonly text: string;
}

/** Builds what every site serves. */
export async function buildFiles(): Promise<Files> {
  const scripts = [...(await bundle(SCRIPTS))].map(([path, text]): [string, File] => [path, { type: TYPES.js, text }]);
  return new Map([["/", documentOf("page")], ["/frame", documentOf("port-host")], ...scripts]);
}

function documentOf(script: string): File {
  const text = `<!doctype html><title>Robot</title><body><script type="module" src="/${script}.js"></script>`;
  return { type: TYPES.html, text };
}

/** A site that runs. */
export interface Site extends AsyncDisposable {
  readonly port: number;
  /** The origin of its page. */
  readonly origin: string;
  /** Where its object is served. */
  readonly address: string;
  /** Ends every connection without a word, and takes new ones. */
  cut(): void;
  /** Ends every connection without a word and frees the port, as the end of a process does. */
  crash(): Promise<void>;
}

/** What a site is made of; everything has a default. */
export interface SiteOptions extends Omit<WebSocketOptions, "server"> {
  /** The port to listen at. Default any. */
  readonly port?: number;
  /** The host name in the origin of its page. Default 127.0.0.1. */
  readonly name?: string;
}

/** Starts a site whose own page may connect, unless `origins` says otherwise. */
export async function startSite(files: Files, options: SiteOptions = {}): Promise<Site> {
  const { port: wanted = 0, name = "127.0.0.1", ...given } = options;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" }).end(file?.text);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has an address object.
  const { port } = server.address() as AddressInfo;
  const origin = `http://${name}:${port}`;
  const transport = webSocket({ origins: [origin], ...given, server });
  const robot = await serve(new Robot(), "/robot", { transport });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    origin,
    address: `ws://${name}:${port}/robot`,
    cut,
    async crash() {
      cut();
      await closeServer(server);
      await transport.close();
    },
    async [Symbol.asyncDispose]() {
      await robot.close();
      await transport.close();
      if (server.listening) await closeServer(server);
    },
  };
}

async function closeServer(server: HttpServer): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
