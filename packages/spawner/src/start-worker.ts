/**
 * Starting a worker of any kind.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { ResourceLimits } from "node:worker_threads";
import type { Runtime } from "./runtime.ts";
import type { SpawnSettings } from "./spawn-options.ts";
import { startInline } from "./start-inline.ts";
import { startProcess } from "./start-process.ts";
import { startThread } from "./start-thread.ts";

/** Workers' programs, as they were built, from the sources, too. */
const PROCESS_ENTRY = new URL("../dist/process-entry.js", import.meta.url);
const THREAD_ENTRY = new URL("../dist/thread-entry.js", import.meta.url);

/** Starts a worker, which need not be ready when this returns. Rejects with what the platform throws for options that it refuses. */
export async function startWorker(settings: SpawnSettings): Promise<Runtime> {
  switch (settings.kind) {
    case "process":
      return await startProcess({ ...settings, kind: "process", args: processArguments(settings) });
    case "command":
      return await startProcess({ ...settings, kind: "command" });
    case "thread":
      return startThread({ ...settings, entry: THREAD_ENTRY });
    case "inline":
      return startInline(settings);
  }
}

function processArguments({ execArgv, resourceLimits, args }: SpawnSettings): string[] {
  return [...execArgv, ...heapArguments(resourceLimits), fileURLToPath(PROCESS_ENTRY), ...args];
}

function heapArguments({ maxOldGenerationSizeMb, maxYoungGenerationSizeMb }: ResourceLimits = {}): string[] {
  return [
    ...(maxOldGenerationSizeMb ? [`--max-old-space-size=${maxOldGenerationSizeMb}`] : []),
    ...(maxYoungGenerationSizeMb ? [`--max-semi-space-size=${Math.ceil(maxYoungGenerationSizeMb / 3)}`] : []),
  ];
}
