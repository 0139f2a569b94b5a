/** Workers of every kind with the laboratory in them. */
import { fileURLToPath } from "node:url";
import type { Remote } from "@fourwire/proxy";
import { type SpawnOptions, spawn, type Worker, type WorkerKind } from "@fourwire/spawner";
import type { LaboratoryModule } from "./laboratory-types.ts";

/** The laboratory as a remote object. */
export type Laboratory = Remote<LaboratoryModule> & Disposable;

/** The kinds that start something, and all of them. */
export const startedKinds: readonly WorkerKind[] = ["process", "thread"];
export const kinds: readonly WorkerKind[] = [...startedKinds, "inline", "command"];

/** A program that becomes a worker by itself. */
const COMMAND = fileURLToPath(new URL("command-worker.js", import.meta.url));

/** Starts a worker whose modules are found beside the tests. */
export function start(kind: WorkerKind, options: SpawnOptions = {}): Promise<Worker> {
  const own: SpawnOptions = { kind, base: import.meta.url, ...options };
  if (kind === "inline") return spawn(own);
  if (kind === "command") return spawn({ command: process.execPath, args: [COMMAND], output: "ignore", ...own });
  // The options of the test runner are not for what the tests start.
  return spawn({ execArgv: [], output: "ignore", ...own });
}

/** Imports the laboratory into a worker. */
export function laboratoryOf(worker: Worker): Promise<Laboratory> {
  return worker.import<LaboratoryModule>("./laboratory.js");
}

/** A promise and the function that settles it. */
export interface Gate<Value> {
  readonly opened: Promise<Value>;
  open(value: Value): void;
}

export function gate<Value = void>(): Gate<Value> {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
