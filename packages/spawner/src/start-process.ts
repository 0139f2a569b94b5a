/**
 * The one place that starts processes.
 *
 * @module
 */

import { type ChildProcess, spawn as startChild } from "node:child_process";
import { Socket } from "node:net";
import process from "node:process";
import { pipe } from "@fourwire/transport/pipe";
import { SpawnError } from "./errors.ts";
import type { Exit } from "./exit.ts";
import { MAX_RECORD, splitLines } from "./line-splitter.ts";
import { LIFELINE_FD, LINK_FD } from "./link.ts";
import type { Runtime } from "./runtime.ts";

/** What to start. */
export interface ProcessOptions {
  readonly kind: "process" | "command";
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly startTimeoutMs: number;
}

/** How long what a process has written may take to arrive once it has ended, as others may hold its pipes. */
const OUTPUT_GRACE_MS = 200;

/** Starts a process with a private link and a lifeline; it leads a group of its own, so that what it starts ends with it. */
export function startProcess(options: ProcessOptions): Runtime {
  const { kind, command, args, cwd, env, startTimeoutMs } = options;
  const child = startChild(command, [...args], {
    cwd,
    env,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", "overlapped", "overlapped"],
  });
  const exited = watchExit(child);
  const lifeline = holdLifeline(child);
  const signal = (name: NodeJS.Signals): void => signalTree(child, name);
  return {
    kind,
    pid: child.pid ?? 0,
    transport: pipe(child, { fd: LINK_FD, connectTimeoutMs: startTimeoutMs }),
    stdout: child.stdout ?? undefined,
    stderr: child.stderr ?? undefined,
    exited,
    onRecord: (listener) => void (lifeline && splitLines(lifeline, listener, MAX_RECORD)),
    forcedSteps: [
      { name: "SIGTERM", end: () => signal("SIGTERM") },
      { name: "SIGKILL", end: () => signal("SIGKILL") },
    ],
    signal,
  };
}

/** What goes on when this process has ended. */
export interface DetachedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** What it is told on its stdin. */
  readonly orders: string;
  /** The descriptor that it writes to. */
  readonly output: number;
}

/** The descriptor over which a detached process answers its orders. */
export const ANSWER_FD = 3;

/** Starts a process that has no lifeline and keeps nothing of this one but a place for its output. */
export function startDetached({ command, args, cwd, env, orders, output }: DetachedProcessOptions): ChildProcess {
  const child = startChild(command, [...args], {
    cwd,
    env,
    detached: true,
    windowsHide: true,
    stdio: ["pipe", output, output, "pipe"],
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(orders);
  return child;
}

function watchExit(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error: notStarted(child, error) });
    });
    child.once("exit", (code, signal) => {
      // What it started and did not detach ends with it.
      signalTree(child, "SIGKILL");
      const settle = (): void => {
        clearTimeout(timer);
        resolve({ code, signal });
      };
      const timer = setTimeout(settle, OUTPUT_GRACE_MS);
      child.once("close", settle);
    });
  });
}

function notStarted(child: ChildProcess, cause: Error): SpawnError {
  return new SpawnError("START_FAILED", `${child.spawnfile} could not be started: ${cause.message}`, { cause });
}

/** Keeps the other end of the child's lifeline open for as long as this process lives; nothing else holds it. The child's records come over it. */
function holdLifeline(child: ChildProcess): Socket | undefined {
  const socket: unknown = child.stdio[LIFELINE_FD];
  if (!(socket instanceof Socket)) return undefined;
  // The child's end going away is its exit, which is watched elsewhere.
  socket.on("error", () => undefined);
  socket.resume();
  socket.unref();
  return socket;
}

/** Sends a signal to a process and to all in its group, the process itself being gone or not. */
export function signalTree(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(name);
    else process.kill(-child.pid, name);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Says whether a signal found nobody; on macOS a group of zombies refuses it instead. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}
