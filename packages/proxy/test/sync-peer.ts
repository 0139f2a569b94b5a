/**
 * Servers that run while the test's own thread waits.
 *
 * @module
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Signal } from "../src/index.ts";

/** What `sync-server.js` serves. */
export interface Robot {
  name: string;
  age: number;
  owner: string | null;
  readonly born: Date;
  path: number[];
  arm: { joints: { shoulder: number; elbow: number }; tool: string };
  readonly table: Map<string, { x: number; y: number }>;
  readonly tags: Set<string>;
  readonly moved: Signal<[metres: number]>;
  speed: number;
  readonly clients: number;
  readonly slots: number;
  readonly held: number;
  readonly waits: number;
  readonly changed: Signal<[metres: number]>;
  readonly spare: Robot;
  add(left: number, right: number): number;
  addLater(left: number, right: number): Promise<number>;
  echo(value: unknown): unknown;
  isOwn(value: unknown): boolean;
  both(left: unknown, right: unknown): boolean;
  heat(celsius: number): never;
  unserializable(): symbol;
  ask(question: (...args: never[]) => unknown, ...args: unknown[]): Promise<unknown>;
  descend(levels: number, step: (levels: number) => number): Promise<number>;
  askBoth(first: () => unknown, second: () => unknown): Promise<unknown[]>;
  watch(watcher: (metres: number) => unknown): () => void;
  move(metres: number): number;
  references(callback: () => void): number;
  count(to: number): AsyncIterable<number>;
  sum(items: AsyncIterable<number>): Promise<number>;
  forever(): Promise<never>;
  die(): Promise<never>;
}

/** A server of its own. */
export interface SyncServer extends AsyncDisposable {
  readonly address: string;
}

const program = new URL("sync-server.js", import.meta.url);

/** Starts a server in another process, at a free port unless an address is given. */
export async function startProcess(at = "tcp://127.0.0.1:0"): Promise<SyncServer> {
  const child = fork(fileURLToPath(program), [at], { execArgv: [] });
  const ended = once(child, "exit");
  const address = await Promise.race([once(child, "message"), ended.then(() => Promise.reject(new Error("It ended")))]);
  return {
    address: String(address[0]),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Starts a server in another thread of this process. */
export async function startThread(): Promise<SyncServer> {
  const worker = new Worker(program, { execArgv: [] });
  const ended = once(worker, "exit");
  const [address]: unknown[] = await once(worker, "message");
  return {
    address: String(address),
    async [Symbol.asyncDispose]() {
      worker.postMessage("stop");
      await ended;
    },
  };
}
