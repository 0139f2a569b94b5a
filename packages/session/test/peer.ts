/**
 * Servers in processes of their own.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Peer extends AsyncDisposable {
  readonly address: string;
  readonly process: ChildProcess;
}

/** Starts `peer-process.js` and waits for its address; disposing ends the process. */
export async function startPeer(): Promise<Peer> {
  const script = fileURLToPath(new URL("peer-process.js", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"], env: plainEnvironment() });
  const exited = once(child, "exit");
  const address = await Promise.race([firstLine(child), exited.then(([code]) => fail(code))]);
  return {
    address,
    process: child,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      await exited;
    },
  };
}

/** The environment without what makes Node resolve packages to their sources. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  return environment;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The peer has no output");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("The peer ended without a word");
}

function fail(code: unknown): never {
  throw new Error(`The peer exited with ${String(code)} before it listened: is the package built?`);
}
