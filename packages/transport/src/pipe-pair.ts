/**
 * Two connected sockets, one of which a child inherits.
 *
 * @module
 */

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Both ends. */
export interface PipePair<End> {
  /** What was made of the one. */
  readonly near: End;
  /** The other one. Nothing reads from it, as a child is to have all that arrives. */
  readonly far: Socket;
}

/**
 * Connects two sockets. They meet in a folder that only this user may enter,
 * and that is gone once they have.
 *
 * `connect` connects the near one, and aborts `failed` when that fails. Rejects
 * where there is no place for temporary files, or its path is too long.
 */
export async function connectPair<End>(connect: (path: string) => End, failed: AbortSignal): Promise<PipePair<End>> {
  const folder = mkdtempSync(join(tmpdir(), "fourwire-"));
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(folder, "pipe");
    server.listen(path);
    await once(server, "listening");
    const accepted = once(server, "connection", { signal: failed });
    const near = connect(path);
    const [far]: unknown[] = await accepted;
    if (!(far instanceof Socket)) throw new Error("What was accepted is no socket");
    return { near, far };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
