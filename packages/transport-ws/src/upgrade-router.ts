/**
 * The paths of an HTTP server at which WebSockets are accepted.
 *
 * @module
 */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { TransportError } from "@fourwire/transport";
import type { Refusal } from "./protocol.ts";
import { answer } from "./refusal.ts";

/** Takes a request to become a WebSocket. */
export type Taker = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

const NOT_FOUND: Refusal = { status: 404, reason: "nobody listens at this path" };

/**
 * Hands each upgrade request of a server to whoever claimed its path.
 *
 * A server has at most one, shared by all transports. It leaves other paths to
 * the server's other listeners for upgrades; when there are none it answers 404,
 * as the request would wait for ever.
 */
export class UpgradeRouter {
  readonly #server: HttpServer | HttpsServer;
  readonly #takers = new Map<string, Taker>();
  readonly #listener: Taker & { readonly router: UpgradeRouter };

  private constructor(server: HttpServer | HttpsServer) {
    this.#server = server;
    const route: Taker = (request, stream, head) => this.#route(request, stream, head);
    this.#listener = Object.assign(route, { router: this });
  }

  /** Finds the server's router, or makes it one. */
  static of(server: HttpServer | HttpsServer): UpgradeRouter {
    for (const listener of server.listeners("upgrade")) {
      if ("router" in listener && listener.router instanceof UpgradeRouter) return listener.router;
    }
    return new UpgradeRouter(server);
  }

  /** Gives a path to a taker; returns what gives it back. Throws `ADDRESS_IN_USE`. */
  claim(path: string, taker: Taker): () => void {
    if (this.#takers.has(path)) throw new TransportError("ADDRESS_IN_USE", `Something listens there already: ${path}`);
    if (this.#takers.size === 0) this.#server.on("upgrade", this.#listener);
    this.#takers.set(path, taker);
    return () => {
      if (this.#takers.delete(path) && this.#takers.size === 0) this.#server.off("upgrade", this.#listener);
    };
  }

  #route(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const taker = this.#takers.get(path);
    if (taker) taker(request, stream, head);
    else if (this.#server.listenerCount("upgrade") === 1) answer(stream, NOT_FOUND);
  }
}
