/**
 * What every kind of worker is to the rest of this package.
 *
 * @module
 */

import type { Readable } from "node:stream";
import type { Transport } from "@fourwire/transport";
import type { Exit } from "./exit.ts";

/** The kinds of workers. */
export type WorkerKind = "process" | "thread" | "inline" | "command";

/** What it took to stop a worker: nothing, as it had ended; its own consent; a signal; the end of its thread. */
export type StopStep = "none" | "close" | "SIGTERM" | "SIGKILL" | "terminate";

/** One way of ending a worker that does not end by itself. */
export interface ForcedStep {
  readonly name: StopStep;
  end(): void;
}

/** A worker that was started, as whoever started it holds it. */
export interface Runtime {
  readonly kind: WorkerKind;
  /** The id of the process that it runs in; 0 when it could not be started. */
  readonly pid: number;
  /** The private link to it. */
  readonly transport: Transport;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Calls a function with every record that it sends, a line of JSON each. */
  onRecord(listener: (line: string) => void): void;
  /** Settles, and never rejects, once it has ended. */
  readonly exited: Promise<Exit>;
  /** Ways of ending it, the gentlest first; the last one always works. */
  readonly forcedSteps: readonly ForcedStep[];
  /** Sends a signal to it and what it started; a thread or an inline worker is ended by any. */
  signal(name: NodeJS.Signals): void;
}
