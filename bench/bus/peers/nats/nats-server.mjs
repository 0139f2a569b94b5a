// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Ends the server when this process is gone, however that ended: then its standard input ends, too. */
const GUARD = 'nats-server "$@" </dev/null & server=$!; read -r _; kill -9 "$server"; wait "$server"';

/**
 * Starts a NATS server of its own, on a free port of the loopback interface.
 * Rejects when `nats-server` is not installed.
 *
 * @returns {Promise<import("../../../harness.mjs").RunningServer>}
 */
export async function startNats() {
  const folder = mkdtempSync(join(tmpdir(), "fourwire-bench-nats-"));
  const args = ["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder];
  const guard = spawn("sh", ["-c", GUARD, "sh", ...args], { stdio: ["pipe", "ignore", "pipe"] });
  for await (const line of createInterface({ input: guard.stderr })) {
    const port = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    guard.stderr.resume();
    return {
      address: `127.0.0.1:${port}`,
      close: async () => {
        const exited = once(guard, "exit");
        guard.stdin.end();
        await exited;
        rmSync(folder, { recursive: true });
      },
    };
  }
  throw new Error("bench: nats-server is not installed, or did not start");
}
