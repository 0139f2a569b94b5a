/**
 * Workers that outlive whoever started them.
 *
 * @module
 */

import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { Socket } from "node:net";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Recipe, Transport } from "@fourwire/transport";
import { requireRecipe } from "./build-transport.ts";
import { checkTime } from "./check-time.ts";
import { checkNotImporting } from "./during-import.ts";
import { SpawnError } from "./errors.ts";
import { workingDirectory } from "./host-root.ts";
import { checkAllow } from "./specifier.ts";
import { ANSWER_FD, signalTree, startDetached } from "./start-process.ts";

/** How a daemon is started. */
export interface DaemonOptions {
  /** What others reach it over: one that another process can build, such as ZeroMQ's. */
  readonly transport: Transport;
  /** Where it listens. Default: a fresh address. */
  readonly address?: string | undefined;
  /** What those who attach may import; see `serveProcess`. */
  readonly allow: readonly string[];
  /** Where specifiers are resolved. Default: the working directory. */
  readonly base?: string | URL | undefined;
  /** The file that what it writes is appended to. */
  readonly logFile: string;
  /** What it finds in `process.argv` behind its program. Default: nothing. */
  readonly args?: readonly string[] | undefined;
  /** Variables beside those of this process; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Its working directory. Default: this process's. */
  readonly cwd?: string | undefined;
  /** The Node that runs it. Default: this process's own. */
  readonly execPath?: string | undefined;
  /** Options of Node. Default: none. */
  readonly execArgv?: readonly string[] | undefined;
  /** The time in which it must be ready. Default 10,000 ms. */
  readonly startTimeoutMs?: number | undefined;
}

/** A daemon that runs: what `attach` needs to reach it, from here or from elsewhere, now or later. */
export interface Daemon {
  readonly pid: number;
  readonly address: string;
  readonly key: string;
}

/** What a daemon is told; it travels over a pipe that only the two have, as it names code to import. */
export interface DaemonOrders {
  readonly recipe: Recipe;
  readonly address: string | undefined;
  readonly allow: readonly string[];
  readonly base: string;
  readonly key: string;
}

/** A daemon that runs, and what ends it should the start fail after all. */
export interface LaunchedDaemon {
  readonly daemon: Daemon;
  kill(): void;
}

const ENTRY = new URL("../dist/daemon-entry.js", import.meta.url);
const KEY_BYTES = 32;

/**
 * Starts a process that goes on when this one has ended. `attach` to its address
 * with its key, and `stop` that to end it. From teleprox's `daemon=True`.
 *
 * Rejects with `NO_RECIPE` for a transport that another process cannot build,
 * with `START_FAILED` or `START_TIMEOUT`; then nothing is left running.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  return (await launchDaemon(options)).daemon;
}

/** Starts a daemon as `startDaemon` does. */
export async function launchDaemon(options: DaemonOptions): Promise<LaunchedDaemon> {
  checkNotImporting();
  const { transport, address, allow, base = workingDirectory(), logFile, startTimeoutMs = 10_000 } = options;
  checkAllow(allow);
  checkTime("startTimeoutMs", startTimeoutMs);
  const recipe = requireRecipe(transport);
  const key = randomBytes(KEY_BYTES).toString("hex");
  const orders: DaemonOrders = { recipe, address, allow, base: new URL(base).href, key };
  const log = await open(logFile, "a", 0o600);
  try {
    const child = start(options, orders, log.fd);
    const kill = (): void => void (isRunning(child) && signalTree(child, "SIGKILL"));
    const answer = await within(readAnswer(child.stdio[ANSWER_FD]), ended(child), startTimeoutMs);
    if (answer.address === undefined) {
      kill();
      const code = answer.isLate ? "START_TIMEOUT" : "START_FAILED";
      throw new SpawnError(code, `The daemon ${answer.why}; see ${logFile}`);
    }
    child.unref();
    return { daemon: { pid: child.pid ?? 0, address: answer.address, key }, kill };
  } finally {
    await log.close();
  }
}

function start(
  { args = [], env, cwd, execPath = process.execPath, execArgv = [] }: DaemonOptions,
  orders: DaemonOrders,
  output: number,
): ChildProcess {
  return startDetached({
    command: execPath,
    args: [...execArgv, fileURLToPath(ENTRY), ...args],
    cwd,
    env: { ...process.env, ...env },
    orders: JSON.stringify(orders),
    output,
  });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Says how a process ended, or why it never ran. */
async function ended(child: ChildProcess): Promise<string> {
  try {
    const [code, signal]: unknown[] = await once(child, "exit");
    return `ended by ${String(signal ?? `code ${String(code)}`)}`;
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Answer {
  readonly address?: string;
  readonly why?: string;
  readonly isLate?: boolean;
}

/** Reads where the daemon listens; it closes its end when it has said so. */
async function readAnswer(stream: unknown): Promise<Answer> {
  if (!(stream instanceof Socket)) return { why: "has no way to answer" };
  const said = await text(stream);
  const address: unknown = said === "" ? undefined : JSON.parse(said);
  return typeof address === "string" ? { address } : { why: "ended before it was ready" };
}

async function within(answer: Promise<Answer>, failed: Promise<string>, timeoutMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ why: `was not ready after ${timeoutMs} ms`, isLate: true }), timeoutMs);
  });
  try {
    const first = await Promise.race([answer.catch((): Answer => ({ why: "gave no answer" })), late]);
    if (first.address !== undefined || first.isLate) return first;
    return { why: await Promise.race([failed, late.then(({ why = "" }) => why)]) };
  } finally {
    clearTimeout(timer);
  }
}
