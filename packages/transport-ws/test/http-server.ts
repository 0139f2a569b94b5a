/** HTTP servers of tests. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts to listen at a free port of 127.0.0.1, or at a given one, and tells the port. */
export async function listenAt(server: Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has an address object.
  return (server.address() as AddressInfo).port;
}

/** Closes a server and the connections that it still has. */
export async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
