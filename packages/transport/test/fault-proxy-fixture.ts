import { once } from "node:events";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { Inbox } from "@fourwire/transport";

/** One end of a TCP connection, which keeps what it receives until it is asked for. */
export class Peer implements AsyncDisposable {
  readonly socket: Socket;
  /** The code of the error that ended the connection, if one did, once it is over. */
  readonly closed: Promise<string | undefined>;
  /** Settles with the far end's goodbye. */
  readonly ended: Promise<void>;
  /** The sizes of what was read, one by one. */
  readonly reads: number[] = [];
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    let code: string | undefined;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.on("data", (bytes: Buffer) => {
      this.reads.push(bytes.length);
      this.#chunks.push(bytes);
      this.#size += bytes.length;
    });
    this.ended = new Promise((resolve) => socket.on("end", resolve));
    this.closed = new Promise((resolve) => socket.on("close", () => resolve(code)));
  }

  /** How many bytes are here. */
  get size(): number {
    return this.#size;
  }

  /** Takes that many bytes, once they are here. */
  async receive(size: number): Promise<Buffer> {
    while (this.#size < size) await once(this.socket, "data");
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes.subarray(size)];
    this.#size -= size;
    return bytes.subarray(0, size);
  }

  /** Sends to an echo server, and takes the echo. */
  async echo(text: string): Promise<string> {
    this.socket.write(text);
    return (await this.receive(Buffer.byteLength(text))).toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** Begins to connect. */
export function dial({ port }: { readonly port: number }): Peer {
  return new Peer(connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true }));
}

/** Connects and waits until it is accepted. */
export async function connectTo(place: { readonly port: number }): Promise<Peer> {
  const peer = dial(place);
  await once(peer.socket, "connect");
  return peer;
}

/** A real server at a free port, which hands out what it accepts. */
export class TestServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #peers: readonly Peer[];
  readonly #accepted: AsyncIterator<Peer, undefined>;

  constructor(port: number, server: Server, peers: readonly Peer[], accepted: Inbox<Peer>) {
    this.port = port;
    this.#server = server;
    this.#peers = peers;
    this.#accepted = accepted[Symbol.asyncIterator]();
  }

  get address(): string {
    return `tcp://127.0.0.1:${this.port}`;
  }

  async accept(): Promise<Peer> {
    const { value } = await this.#accepted.next();
    if (!value) throw new Error("The server is closed");
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const peer of this.#peers) peer.socket.destroy();
    await closed;
  }
}

/** Starts a server that says nothing by itself, or whatever `greet` makes it say. */
export async function startServer(greet: (peer: Peer) => void = () => undefined): Promise<TestServer> {
  const peers: Peer[] = [];
  const accepted = new Inbox<Peer>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const peer = new Peer(socket);
    peers.push(peer);
    accepted.push(peer);
    greet(peer);
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The server is not bound to a port");
  return new TestServer(bound.port, server, peers, accepted);
}

/** Starts a server that sends everything back. */
export function startEcho(): Promise<TestServer> {
  return startServer(({ socket }) => socket.pipe(socket));
}

/** Waits for longer than it takes until whatever has been sent has arrived: 50 round trips, which nothing holds up. */
export async function letThingsArrive(): Promise<void> {
  await using echo = await startEcho();
  await using peer = await connectTo(echo);
  for (let trip = 0; trip < 50; trip += 1) await peer.echo("?");
}
