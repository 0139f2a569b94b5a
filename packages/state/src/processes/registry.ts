/**
 * What everybody beside a state can know of its processes.
 *
 * @module
 */

import { RemoteError } from "@fourwire/session";
import { StateError } from "../errors.ts";
import type { State } from "../state.ts";
import { ProcessError } from "./errors.ts";
import { failureOf, type RunOutcome } from "./outcome.ts";

/** The namespace of processes, beside those of the users. */
export const PROCESSES_NAMESPACE = "fourwire.processes";

/** What is known of a process. */
export interface ProcessInfo {
  readonly id: string;
  readonly name: string;
  /** The names from the outermost context to it. */
  readonly path: string;
  readonly pid: number;
  readonly host: string;
  readonly status: "running" | "done" | "failed";
}

/** What is known of a process, with its result when it has one; plain data. */
export interface ProcessEntry extends ProcessInfo {
  readonly result?: unknown;
  readonly error?: ErrorEntry | undefined;
  /** Whether it goes on when the one that started it has ended. */
  readonly isDetached?: boolean | undefined;
  /** Set by whoever wants a detached process to stop. */
  readonly stop?: { readonly timeoutMs: number } | undefined;
}

/** An error as data that a state can hold. */
export interface ErrorEntry {
  readonly name: string;
  readonly message: string;
  readonly code: string | number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly stack: string | undefined;
  readonly cause: ErrorEntry | undefined;
}

/** The registry, as a state. */
export type Registry = State<Record<string, ProcessEntry>>;

/** Causes beyond the tenth are left out, so that a circle of them comes to an end. */
const MAX_CAUSES = 10;

/** Opens the registry beside a state; the first one to do so makes it. */
export async function openRegistry(state: Pick<State, "namespaces" | "open">): Promise<Registry> {
  try {
    return await state.open(PROCESSES_NAMESPACE);
  } catch (error) {
    if (!isState(error, "NAMESPACE_NOT_FOUND")) throw error;
  }
  try {
    await state.namespaces.create(PROCESSES_NAMESPACE);
  } catch (error) {
    if (!isState(error, "NAMESPACE_EXISTS")) throw error;
  }
  return await state.open(PROCESSES_NAMESPACE);
}

/** Makes the entry of a process that has ended. */
export function endedEntry(entry: ProcessInfo, outcome: RunOutcome | { readonly error: unknown }): ProcessEntry {
  const { id, name, path, pid, host } = entry;
  const known = { id, name, path, pid, host };
  if ("status" in outcome && outcome.status === "done") return { ...known, status: "done", result: outcome.result };
  const error = "status" in outcome ? failureOf(outcome, path) : outcome.error;
  return { ...known, status: "failed", error: describeError(error) };
}

/** Waits for the result of a process that any context beside the same state has started. Rejects with `NOT_FOUND` and with its error. */
export async function fetchResult(registry: Registry, id: string, signal: AbortSignal): Promise<unknown> {
  const values = await registry.until((all) => all[id]?.status !== "running", { keys: [id], signal });
  const entry = values[id];
  if (!entry) throw new ProcessError("NOT_FOUND", `No process has the id "${id}", or its result was kept for its time`);
  if (entry.status === "done") return entry.result;
  throw rebuildError(entry.error);
}

/** Lists what runs and what has ended lately. */
export async function listProcesses(registry: Registry): Promise<readonly ProcessInfo[]> {
  const entries = await registry.values();
  return entries.map(({ id, name, path, pid, host, status }) => ({ id, name, path, pid, host, status }));
}

function describeError(thrown: unknown, depth = 0): ErrorEntry {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code: unknown = Reflect.get(error, "code");
  const fields = error instanceof RemoteError ? error.data : Object.fromEntries(Object.entries(error));
  return {
    name: error.name,
    message: error.message,
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
    data: plain(fields),
    stack: error instanceof RemoteError ? error.remoteStack : error.stack,
    cause: error.cause === undefined || depth >= MAX_CAUSES ? undefined : describeError(error.cause, depth + 1),
  };
}

/** Keeps the fields that are texts, numbers and the like: everything else may not fit into a state. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([key, value]) => key !== "code" && (value === null || /^(string|number|boolean|bigint)$/.test(typeof value)),
    ),
  );
}

function rebuildError(entry: ErrorEntry | undefined): Error {
  if (!entry) return new ProcessError("EXITED", "The process failed without saying why");
  return new RemoteError({ ...entry, cause: entry.cause && rebuildError(entry.cause) });
}

function isState(error: unknown, code: string): boolean {
  return error instanceof StateError && error.code === code;
}
