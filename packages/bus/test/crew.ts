/**
 * Workers of a test that are killed and replaced.
 *
 * @module
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a worker says. */
interface Said {
  readonly ready?: boolean;
  readonly done?: number;
  readonly deliveries?: number;
  readonly heard?: number;
  readonly gap?: boolean;
}

/** One time that an item was worked on. */
export interface Done {
  readonly item: number;
  readonly deliveries: number;
}

/** Processes that work on the same things, of which some die. */
export class Crew implements AsyncDisposable {
  readonly done: Done[] = [];
  /** The number of workers that have heard each round. */
  readonly heard = new Map<number, number>();
  #gaps = 0;
  #kills = 0;
  readonly #args: string;
  readonly #workers = new Set<ChildProcess>();

  constructor(args: object) {
    this.#args = JSON.stringify(args);
  }

  /** The times that workers were told of a gap. */
  get gaps(): number {
    return this.#gaps;
  }

  get kills(): number {
    return this.#kills;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** The items that were worked on at least once. */
  get items(): ReadonlySet<number> {
    return new Set(this.done.map(({ item }) => item));
  }

  /** Starts a worker, and waits until it works. */
  async hire(): Promise<void> {
    const script = fileURLToPath(new URL("./chaos-process.js", import.meta.url));
    const worker = fork(script, [this.#args], { execArgv: [] });
    this.#workers.add(worker);
    await new Promise<void>((resolve, reject) => {
      worker.once("exit", (code) => reject(new Error(`A worker ended with ${code}`)));
      worker.on("message", (said: Said) => {
        this.#note(said);
        if (said.ready) resolve();
      });
    });
  }

  /** Kills the worker that is there longest, at once. */
  async killOne(): Promise<void> {
    const [victim] = this.#workers;
    if (!victim) throw new Error("There is no worker");
    this.#workers.delete(victim);
    this.#kills += 1;
    await kill(victim);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#workers].map(kill));
  }

  #note({ done, deliveries = 0, heard, gap }: Said): void {
    if (done !== undefined) this.done.push({ item: done, deliveries });
    if (heard !== undefined) this.heard.set(heard, (this.heard.get(heard) ?? 0) + 1);
    if (gap) this.#gaps += 1;
  }
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill("SIGKILL");
  await ended;
}
