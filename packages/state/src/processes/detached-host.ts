/**
 * What runs a task in a process that goes on when the one that started it has ended.
 *
 * Its file is imported by daemons, by its built name.
 *
 * @module
 */

import { hostname } from "node:os";
import process from "node:process";
import { where } from "../condition.ts";
import { connectState } from "../connect-state.ts";
import { StateError } from "../errors.ts";
import type { State } from "../state.ts";
import type { DetachedHosting, DetachedOrder } from "./detached-order.ts";
import { type BuiltTransport, type EndpointRecipe, openTransport } from "./endpoint.ts";
import { ProcessError } from "./errors.ts";
import type { RunOutcome } from "./outcome.ts";
import { endedEntry, openRegistry, type ProcessInfo, type Registry } from "./registry.ts";
import { TaskHost } from "./task-host.ts";
import { isTask, notATask } from "./task-reference.ts";

/** What a process has that goes on by itself. */
interface Standing {
  readonly built: BuiltTransport;
  readonly state: State;
  readonly registry: Registry;
}

/** Runs one task, tells everybody beside the state, and ends the process. */
export class DetachedHost implements DetachedHosting {
  readonly #endpoint: EndpointRecipe;

  constructor(endpoint: EndpointRecipe) {
    this.#endpoint = endpoint;
  }

  /** Begins the task. Rejects with `NAME_TAKEN`, and with what keeps it from reaching the state. */
  async begin(task: unknown, order: DetachedOrder, props: unknown): Promise<number> {
    if (!isTask(task)) throw notATask();
    const standing = await stand(this.#endpoint);
    const { name } = order;
    const info = { id: name, name, path: name, pid: process.pid, host: hostname(), status: "running" } as const;
    try {
      await register(standing.registry, info);
    } catch (error) {
      await leave(standing);
      throw error;
    }
    void this.#live(standing, info, order, task, props);
    return process.pid;
  }

  async #live(
    standing: Standing,
    info: ProcessInfo,
    order: DetachedOrder,
    task: unknown,
    props: unknown,
  ): Promise<void> {
    const host = new TaskHost(this.#endpoint);
    const { registry } = standing;
    const over = new AbortController();
    const { id, path } = info;
    const running = host.run(
      task,
      { id, path, attempt: 1, signals: ["SIGTERM"], isInline: false, defaults: {} },
      props,
    );
    void stopOnRequest(registry, id, host, over.signal);
    const outcome = await running.catch((error: unknown): RunOutcome => ({ status: "failed", error }));
    over.abort();
    const entry = endedEntry(info, outcome);
    const { resultTtlMs } = order;
    const told = resultTtlMs > 0 ? registry.set(id, entry, { ttlMs: resultTtlMs }) : registry.delete(id);
    await told.catch((error: unknown) =>
      process.stderr.write(`The result of "${id}" could not be kept: ${String(error)}\n`),
    );
    await host[Symbol.asyncDispose]();
    await leave(standing);
    process.exit();
  }
}

async function stand(endpoint: EndpointRecipe): Promise<Standing> {
  const built = await openTransport(endpoint);
  const { address, key, namespace } = endpoint;
  try {
    const state = await connectState(address, { transport: built.transport, key, namespace });
    return { built, state, registry: await openRegistry(state) };
  } catch (error) {
    await built[Symbol.asyncDispose]();
    throw error;
  }
}

async function leave({ state, built }: Standing): Promise<void> {
  await state.close();
  await built[Symbol.asyncDispose]();
}

/** Takes the name, unless a process runs under it. */
async function register(registry: Registry, info: ProcessInfo): Promise<void> {
  const { id } = info;
  const known = await registry.get(id);
  if (known?.status === "running") throw nameTaken(id, undefined);
  const taking = registry.txn().set(id, { ...info, isDetached: true }, { owned: true });
  try {
    await (known ? taking.check([id, "status"], known.status) : taking.checkAbsent(id)).commit();
  } catch (error) {
    throw error instanceof StateError && error.code === "CONFLICT" ? nameTaken(id, error) : error;
  }
}

function nameTaken(id: string, cause: unknown): ProcessError {
  return new ProcessError("NAME_TAKEN", `A process of the name "${id}" runs already`, { path: id, cause });
}

/** Has the task end when somebody asks for that, and the process in any case soon after. */
async function stopOnRequest(registry: Registry, id: string, host: TaskHost, over: AbortSignal): Promise<void> {
  try {
    const values = await registry.until(where(id, "stop").isPresent(), { keys: [id], signal: over });
    const timeoutMs = values[id]?.stop?.timeoutMs ?? 0;
    setTimeout(() => process.exit(1), timeoutMs);
    await host[Symbol.asyncDispose]();
  } catch (error) {
    if (!over.aborted) process.stderr.write(`The process cannot be asked to stop: ${String(error)}\n`);
  }
}
