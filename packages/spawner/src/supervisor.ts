/**
 * A worker that is started again when it ends.
 *
 * @module
 */

import type { Readable } from "node:stream";
import { toError } from "@fourwire/session";
import { SpawnError } from "./errors.ts";
import { describeExit, type Exit } from "./exit.ts";
import type { HostInfo } from "./host-root.ts";
import type { LogLevel } from "./log-record.ts";
import { needsRestart, type RestartSettings } from "./restart-options.ts";
import type { WorkerKind } from "./runtime.ts";
import type { SpawnSettings } from "./spawn-options.ts";
import type { StopReport } from "./stop-worker.ts";
import type { Worker } from "./worker.ts";

/**
 * One worker after the other behind one face. What is asked while there is none
 * waits for the next; what was held in one is lost with it, and says so.
 */
export class Supervisor implements Worker {
  readonly name: string;
  readonly kind: WorkerKind;
  readonly exited: Promise<Exit>;
  readonly #restart: RestartSettings;
  readonly #start: () => Promise<Worker>;
  /** When it was started anew, as far as the period goes back. */
  #recent: number[] = [];
  #restarts = 0;
  #current: Worker;
  #next: Promise<Worker>;
  #level: LogLevel | undefined;
  #isStopping = false;
  #cancel: () => void = () => undefined;
  #finish: (exit: Exit) => void = () => undefined;

  constructor(first: Worker, settings: SpawnSettings, restart: RestartSettings, start: () => Promise<Worker>) {
    this.name = settings.name;
    this.kind = settings.kind;
    this.#restart = restart;
    this.#start = start;
    this.#current = first;
    this.#next = Promise.resolve(first);
    this.exited = new Promise((resolve) => {
      this.#finish = resolve;
    });
    void first.exited.then((exit) => this.#ended(exit));
  }

  get pid(): number {
    return this.#current.pid;
  }
  get info(): HostInfo {
    return this.#current.info;
  }
  get stdout(): Readable | undefined {
    return this.#current.stdout;
  }
  get stderr(): Readable | undefined {
    return this.#current.stderr;
  }
  get restarts(): number {
    return this.#restarts;
  }

  readonly import: Worker["import"] = async (specifier) => (await this.#next).import(specifier);
  readonly set: Worker["set"] = async (name, value) => (await this.#next).set(name, value);
  readonly get: Worker["get"] = async (name) => (await this.#next).get(name);
  readonly delete: Worker["delete"] = async (name) => (await this.#next).delete(name);
  readonly names: Worker["names"] = async () => (await this.#next).names();
  readonly put: Worker["put"] = async (value) => (await this.#next).put(value);
  readonly ping: Worker["ping"] = async (options) => (await this.#next).ping(options);

  async memoryBytes(): Promise<number> {
    return await (await this.#next).memoryBytes();
  }

  async setLogLevel(level: LogLevel): Promise<void> {
    await (await this.#next).setLogLevel(level);
    this.#level = level;
  }

  /** Stops it for good. */
  async stop(options?: { readonly timeoutMs?: number | undefined }): Promise<StopReport> {
    this.#isStopping = true;
    this.#cancel();
    const worker = await this.#next.catch(() => this.#current);
    const report = await worker.stop(options);
    this.#finish(report.exit);
    return report;
  }

  /** Ends the present one, which is followed by the next if the policy says so. */
  kill(signal?: NodeJS.Signals): Promise<Exit> {
    return this.#current.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #ended(exit: Exit): void {
    const { maxRestarts, withinMs, minDelayMs, maxDelayMs, onRestart } = this.#restart;
    const now = performance.now();
    this.#recent = this.#recent.filter((time) => now - time < withinMs);
    const isHopeless = this.#recent.length >= maxRestarts;
    if (this.#isStopping || !needsRestart(this.#restart, exit) || isHopeless) {
      if (isHopeless && !this.#isStopping) this.#giveUp(exit);
      this.#finish(exit);
      return;
    }
    const delayMs = Math.min(maxDelayMs, minDelayMs * 2 ** this.#recent.length);
    this.#recent.push(now);
    this.#restarts += 1;
    this.#next = this.#pause(delayMs).then(() => this.#replace());
    // Whoever asks for it hears of it; the supervisor itself goes on.
    this.#next.catch((error: unknown) => this.#ended({ code: null, signal: null, error: toError(error) }));
    onRestart({ exit, restarts: this.#restarts, delayMs });
  }

  async #replace(): Promise<Worker> {
    if (this.#isStopping) return this.#current;
    const worker = await this.#start();
    this.#current = worker;
    void worker.exited.then((exit) => this.#ended(exit));
    if (this.#level) await worker.setLogLevel(this.#level);
    return worker;
  }

  #giveUp(exit: Exit): void {
    const { maxRestarts, withinMs } = this.#restart;
    const why = `and was restarted ${maxRestarts} times in ${withinMs} ms already (maxRestarts)`;
    this.#next = Promise.reject(
      new SpawnError("EXITED", `The worker "${this.name}" ${describeExit(exit)} ${why}`, { exit }),
    );
    this.#next.catch(() => undefined);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#cancel = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
