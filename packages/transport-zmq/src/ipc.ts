/**
 * The files behind `ipc:` addresses.
 *
 * libzmq deletes whatever lies at the path before it binds, so what lies there
 * is looked at first.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { lstatSync, rmSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TransportError } from "@fourwire/transport";
import type { Target } from "./address.ts";
import { formatTarget, invalid } from "./address.ts";

/** A place for a socket file. */
export interface IpcPlace {
  readonly target: Target;
  /** Removes the directory that was made for the file, if one was and it is empty. */
  release(): Promise<void>;
}

/**
 * Finds the place a listener binds: for `ipc://*` a name nobody knows.
 *
 * Whoever can reach the file can connect, so a directory that does not exist
 * is made for this user only, and removed again on release. Throws
 * `ADDRESS_INVALID` when it cannot be made.
 */
export async function placeIpc(target: Target): Promise<IpcPlace> {
  if (target.scheme !== "ipc") return keep(target);
  const path =
    target.path === "*" ? join(tmpdir(), `fourwire-${randomBytes(8).toString("hex")}`, "socket") : target.path;
  const place: Target = { scheme: "ipc", path };
  const directory = dirname(path);
  if (isAbstract(path) || fileAt(directory)) return keep(place);
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (cause) {
    throw invalid(formatTarget(place), "its directory cannot be made", cause);
  }
  // It stays when others have put files there.
  return { target: place, release: () => rmdir(directory).catch(() => undefined) };
}

/**
 * Binds an `ipc:` address without pushing anybody out. Returns what removes the
 * socket file, which libzmq leaves behind.
 *
 * A socket file that nobody listens at is taken over. Throws `ADDRESS_IN_USE`
 * for one that somebody does, and for a file that is no socket.
 */
export async function bindIpc(path: string, bind: () => void): Promise<() => void> {
  for (;;) {
    const seen = fileAt(path);
    if (seen && (!seen.isSocket() || (await isAnswered(path)))) {
      throw new TransportError(
        "ADDRESS_IN_USE",
        `Something is there already: ${formatTarget({ scheme: "ipc", path })}`,
      );
    }
    // Another listener of this process may have bound while this one waited for the answer.
    if (fileAt(path)?.ino !== seen?.ino) continue;
    bind();
    const bound = fileAt(path)?.ino;
    return () => {
      // Another process may have taken the address over by now.
      if (bound !== undefined && fileAt(path)?.ino === bound) rmSync(path, { force: true });
    };
  }
}

function keep(target: Target): IpcPlace {
  return { target, release: () => Promise.resolve() };
}

function fileAt(path: string): Stats | undefined {
  return isAbstract(path) ? undefined : lstatSync(path, { throwIfNoEntry: false });
}

/** Whether it is a name that Linux keeps apart from the file system. */
function isAbstract(path: string): boolean {
  return path.startsWith("@");
}

/** Asks whether somebody listens; only a plain refusal is a no. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"),
    );
  });
}
