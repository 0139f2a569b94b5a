/** Two connected sockets in this process, as a child's inherited one and its parent's are. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PipeOwner } from "@fourwire/transport/pipe";

export interface SocketPair {
  /** Usable at once: what it writes waits until it is connected. */
  readonly near: Socket;
  readonly far: Promise<Socket>;
}

export function socketPair(): SocketPair {
  const path = join(tmpdir(), `fourwire-${randomUUID()}`);
  const server = createServer();
  const accepted = once(server, "connection");
  server.listen(path);
  const near = connect(path);
  const far = accepted.then(([socket]) => {
    server.close();
    if (!(socket instanceof Socket)) throw new TypeError("What was accepted is no socket");
    return socket;
  });
  return { near, far };
}

/** Presents a socket as the place of a child's `stdio` that a pipe uses by default. */
export function owning(socket: Socket): PipeOwner {
  return { stdio: [null, null, null, socket] };
}
