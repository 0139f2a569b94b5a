/**
 * Processes that go on when the one that started them has ended.
 *
 * @module
 */

import { hostname } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { at } from "@fourwire/proxy";
import { attach, startDaemon } from "@fourwire/spawner";
import { where } from "../condition.ts";
import { StateError } from "../errors.ts";
import type { WaitForOptions } from "../state-options.ts";
import { waitFor } from "../waiting.ts";
import type { DetachedModule } from "./detached-order.ts";
import { describeEndpoint, type Endpoint } from "./endpoint.ts";
import { ProcessError } from "./errors.ts";
import type { Household } from "./household.ts";
import type { StopOptions } from "./process.ts";
import type { PropsOption } from "./process-options.ts";
import { fetchResult, type Registry } from "./registry.ts";
import type { AnyTask } from "./task-reference.ts";
import { taskErrors } from "./task-worker.ts";

/** How a detached process is started. */
export interface DetachedOptions {
  /** What it is found by; one process of a name runs at a time. */
  readonly name: string;
  /** The file that what it writes is appended to. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  /** Where the transport's package is found, as `import.meta.url` is. Default: from the task's module. */
  readonly base?: string | URL | undefined;
  /** The time in which it must be ready. Default 10,000 ms. */
  readonly startTimeoutMs?: number | undefined;
  /** How long its result can be fetched. Default 60,000 ms; 0 for not at all. */
  readonly resultTtlMs?: number | undefined;
}

/** The options behind a task that is detached. */
export type DetachedArguments<Props> = [options: DetachedOptions & PropsOption<Props>];

/** A process that goes on by itself, as any context beside the same state has it. */
export interface DetachedProcess<Result = unknown> {
  readonly name: string;
  readonly pid: number;
  /** The name of its computer. */
  readonly host: string;
  /** Asks whether it runs. */
  isAlive(): Promise<boolean>;
  /** Waits for its result. Rejects with its error as a `RemoteError`, with `NOT_FOUND` when it died without one, or with `TIMEOUT`. */
  wait(options?: WaitForOptions): Promise<Result>;
  /**
   * Stops it: its task's signal aborts, and after `timeoutMs` (5,000) it ends in any case. One that does not answer is killed
   * if it runs on this computer, and otherwise it is a `TIMEOUT`. Safe to call twice.
   */
  stop(options?: StopOptions): Promise<void>;
}

/** The host's program, as it was built, from the sources, too. */
const HOST_MODULE = new URL("../../dist/processes/detached-host.js", import.meta.url);
/** How much later than asked for a process that was to stop may tell that it has. */
const STOP_GRACE_MS = 1_000;

/** Starts a process that goes on by itself. */
export async function startDetached<Result>(
  household: Household,
  task: AnyTask,
  { props, name, base = task.module, resultTtlMs = 60_000, ...options }: DetachedOptions & { readonly props?: unknown },
): Promise<DetachedProcess<Result>> {
  const { endpoint } = household;
  checkDetached(endpoint, name);
  using described = describeEndpoint(endpoint, new URL(base).href);
  const registry = await household.registry();
  const allow = [fileURLToPath(HOST_MODULE), fileURLToPath(task.module)];
  const { transport } = endpoint;
  const daemon = await startDaemon({ ...options, transport, allow, base });
  await using worker = await attach(daemon.address, { transport, key: daemon.key, errors: taskErrors() });
  try {
    const { DetachedHost } = await worker.import<DetachedModule>(HOST_MODULE);
    const view = await worker.import<Record<string, object>>(task.module);
    const host = await new DetachedHost(described.recipe);
    // It is there for as long as the process is, not for as long as this connection.
    await worker.set("host", host);
    await host.begin(await at(view, task.exportName), { name, resultTtlMs }, props);
  } catch (error) {
    await worker.stop().catch(() => process.kill(daemon.pid, "SIGKILL"));
    throw error;
  }
  return createDetached<Result>(registry, { id: name, pid: daemon.pid, host: hostname() });
}

/** Finds a process that goes on by itself; `undefined` when none of that name runs. */
export async function findDetached<Result>(
  registry: Registry,
  name: string,
): Promise<DetachedProcess<Result> | undefined> {
  const entry = await registry.get(name);
  return entry?.isDetached && entry.status === "running" ? createDetached<Result>(registry, entry) : undefined;
}

function createDetached<Result>(
  registry: Registry,
  { id, pid, host }: { readonly id: string; readonly pid: number; readonly host: string },
): DetachedProcess<Result> {
  const isAlive = async (): Promise<boolean> => (await registry.at(id, "status").get()) === "running";
  return {
    name: id,
    pid,
    host,
    isAlive,
    async wait(options = {}) {
      // What it is, the task's type says.
      return (await waitFor(options, `The result of "${id}"`, (over) => fetchResult(registry, id, over))) as Result;
    },
    async stop({ timeoutMs = 5_000 } = {}) {
      if (!(await isAlive())) return;
      await registry.at(id, "stop").set({ timeoutMs });
      if (await hasEnded(registry, id, timeoutMs + STOP_GRACE_MS)) return;
      if (host !== hostname()) throw new StateError("TIMEOUT", `"${id}" on ${host} did not stop in ${timeoutMs} ms`);
      // Its owner is still known to the state, so that the id is no other process's by now.
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
      await registry.delete(id);
    },
  };
}

async function hasEnded(registry: Registry, id: string, timeoutMs: number): Promise<boolean> {
  try {
    await registry.until(where(id, "status").notEquals("running"), { keys: [id], timeoutMs });
    return true;
  } catch (error) {
    if (error instanceof StateError && error.code === "TIMEOUT") return false;
    throw error;
  }
}

function checkDetached({ isOwn }: Endpoint, name: unknown): void {
  if (typeof name !== "string" || !/^[^/]+$/.test(name)) {
    throw new TypeError(`name is "${String(name)}"; a detached process is found by it, and it has no slash`);
  }
  if (!isOwn) return;
  const message =
    "The state ends with this context, and a detached process would outlive it: give the server of another one";
  throw new ProcessError("NO_SERVER", message);
}
