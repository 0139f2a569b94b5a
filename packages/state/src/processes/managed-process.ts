/**
 * The life of a process: start, attempts, end.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { pause } from "@fourwire/session";
import type { WaitForOptions } from "../state-options.ts";
import { waitFor } from "../waiting.ts";
import { ProcessError } from "./errors.ts";
import { failureOf, type RunOutcome } from "./outcome.ts";
import type { Process, StopOptions } from "./process.ts";
import type { ProcessSettings, WorkerSettings } from "./process-options.ts";
import { delayAfter, isRetried, signalsOf } from "./retry.ts";
import { settlesBefore } from "./settles-before.ts";
import type { AnyTask } from "./task-reference.ts";
import type { TaskWorker } from "./task-worker.ts";

/** What a process needs of the context that it belongs to. */
export interface ProcessHome {
  /** Starts a worker for it. */
  startWorker(settings: WorkerSettings, path: string, signal: AbortSignal): Promise<TaskWorker>;
  /** Tells everybody that it runs. */
  began(process: ManagedProcess<unknown>): Promise<void>;
  /** Tells everybody how it ended. Never rejects. */
  ended(process: ManagedProcess<unknown>, end: ProcessEnd): Promise<void>;
  /** Forgets a process that has ended, as somebody has its result. */
  collected(process: ManagedProcess<unknown>): void;
}

/** What a process runs. */
export interface ProcessPlan {
  readonly task: AnyTask;
  readonly name: string;
  readonly path: string;
  readonly props: unknown;
  readonly settings: ProcessSettings<unknown>;
}

/** How a process ended. */
export type ProcessEnd = { readonly result: unknown } | { readonly error: unknown };

/** How long a task may take to tell that it runs before `start` resolves without that. */
const BEGIN_GRACE_MS = 5_000;

/** One process of a context. */
export class ManagedProcess<Result> implements Process<Result> {
  readonly id: string = randomUUID();
  readonly name: string;
  readonly path: string;
  readonly task: AnyTask;
  readonly settings: ProcessSettings<unknown>;
  readonly #home: ProcessHome;
  readonly #ending = new AbortController();
  readonly #result: Promise<Result>;
  #props: unknown;
  #settle: { resolve(result: Result): void; reject(error: unknown): void } | undefined;
  #worker: TaskWorker | undefined;
  #started: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #pid: number | undefined;
  #attempt = 0;
  #exitCode: number | undefined;
  #exitSignal: string | undefined;
  #hasEnded = false;
  #isWaitedFor = false;

  constructor(home: ProcessHome, { task, name, path, props, settings }: ProcessPlan) {
    this.#home = home;
    this.task = task;
    this.name = name;
    this.path = path;
    this.settings = settings;
    this.#props = props;
    this.#result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever waits hears of it; the context tells of those for whom nobody waits.
    this.#result.catch(() => undefined);
    const { signal } = settings;
    signal?.addEventListener("abort", () => void this.#stop({}, signal.reason), {
      once: true,
      signal: this.#ending.signal,
    });
  }

  get pid(): number | undefined {
    return this.#pid;
  }
  get isAlive(): boolean {
    return this.#started !== undefined && !this.#hasEnded;
  }
  get hasEnded(): boolean {
    return this.#hasEnded;
  }
  /** Whether somebody has asked for its result. */
  get isWaitedFor(): boolean {
    return this.#isWaitedFor;
  }
  get exitCode(): number | undefined {
    return this.#exitCode;
  }
  get exitSignal(): string | undefined {
    return this.#exitSignal;
  }
  get attempt(): number {
    return this.#attempt;
  }

  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async stop(options: StopOptions = {}): Promise<void> {
    await this.#stop(options, undefined);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    // Its end is told by `wait`: a process may live on with a signal that it catches.
    void this.#worker?.worker.kill(signal);
  }

  async wait(options: WaitForOptions = {}): Promise<Result> {
    this.#isWaitedFor = true;
    try {
      return await waitFor(options, `The result of "${this.path}"`, (signal) => settlesBefore(this.#result, signal));
    } finally {
      if (this.#hasEnded) this.#home.collected(this);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #begin(): Promise<void> {
    try {
      this.settings.signal?.throwIfAborted();
      await this.#startWorker();
      await this.#home.began(this);
    } catch (error) {
      // Whoever started it hears of it.
      this.#isWaitedFor = true;
      await this.#finish({ error: this.#ending.signal.aborted ? this.#stopped(error) : error });
      throw error;
    }
    // A task that never lets its event loop turn cannot tell that it runs.
    await within(BEGIN_GRACE_MS, new Promise<void>((begun) => void this.#live(begun)));
  }

  async #live(begun: () => void): Promise<void> {
    try {
      await this.#finish({ result: await this.#attempts(begun) });
    } catch (error) {
      await this.#finish({ error });
    }
  }

  /** Runs the task until an attempt has a result, or one fails after which there is no other. */
  async #attempts(begun: () => void): Promise<unknown> {
    const { retry } = this.settings;
    for (;;) {
      this.#attempt += 1;
      const outcome = await this.#once(begun);
      begun();
      if (outcome.status === "done") return outcome.result;
      const error = failureOf(outcome, this.path);
      if (this.#ending.signal.aborted) throw this.#stopped(error);
      const isFinal = outcome.status === "exit" || this.#attempt > retry.max || !isRetried(retry.on, error);
      if (isFinal) throw error;
      this.#props = retry.nextProps(this.#props, { error, attempt: this.#attempt });
      await pause(delayAfter(this.#attempt, retry, Math.random), this.#ending.signal);
      if (this.#ending.signal.aborted) throw this.#stopped(error);
    }
  }

  /** One attempt, in the worker of the one before if that still lives. */
  async #once(began: () => void): Promise<RunOutcome> {
    const worker = this.#worker ?? (await this.#startWorker());
    const { attemptTimeoutMs, retry } = this.settings;
    const request = { id: this.id, path: this.path, attempt: this.#attempt, signals: signalsOf(retry.on), began };
    const running = worker.run(this.task, request, this.#props);
    const outcome = await within(attemptTimeoutMs, running);
    if (outcome === undefined) {
      running.catch(() => undefined);
      await this.#endWorker();
      return { status: "failed", error: this.#late() };
    }
    this.#noteExit(outcome);
    if (outcome.status === "dead") this.#worker = undefined;
    return outcome;
  }

  async #startWorker(): Promise<TaskWorker> {
    const worker = await this.#home.startWorker(this.settings, this.path, this.#ending.signal);
    this.#worker = worker;
    this.#pid = worker.worker.pid;
    await worker.prepare(this.task);
    return worker;
  }

  #stop(options: StopOptions, reason: unknown): Promise<void> {
    this.#stopping ??= this.#halt(options, reason);
    return this.#stopping;
  }

  async #halt({ timeoutMs }: StopOptions, reason: unknown): Promise<void> {
    if (this.#hasEnded) return;
    this.#ending.abort(reason ?? this.#stopped(undefined));
    if (this.#started === undefined) {
      this.#started = Promise.reject(this.#stopped(undefined));
      this.#started.catch(() => undefined);
      await this.#finish({ error: this.#stopped(undefined) });
      return;
    }
    await this.#worker?.worker.stop({ timeoutMs });
    await this.#result.catch(() => undefined);
  }

  async #finish(end: ProcessEnd): Promise<void> {
    await this.#endWorker();
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#exitCode ??= this.#exitSignal === undefined ? ("result" in end ? 0 : 1) : undefined;
    await this.#home.ended(this, end);
    this.#ending.abort();
    // The task's type says what it returns; what crossed is a copy of that.
    if ("result" in end) this.#settle?.resolve(end.result as Result);
    else this.#settle?.reject(end.error);
  }

  async #endWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.worker.stop();
  }

  #noteExit(outcome: RunOutcome): void {
    const isDead = outcome.status === "dead";
    this.#exitSignal = isDead ? (outcome.signal ?? undefined) : undefined;
    this.#exitCode = isDead || outcome.status === "exit" ? (outcome.exitCode ?? undefined) : undefined;
  }

  #stopped(cause: unknown): unknown {
    if (cause instanceof ProcessError && cause.code === "STOPPED") return cause;
    const { path } = this;
    const how = { path, exitCode: this.#exitCode, signal: this.#exitSignal, ...(cause !== undefined && { cause }) };
    return new ProcessError("STOPPED", `The process "${path}" was stopped before it had a result`, how);
  }

  #late(): ProcessError {
    const message = `An attempt of "${this.path}" took longer than ${this.settings.attemptTimeoutMs} ms (attemptTimeoutMs)`;
    return new ProcessError("ATTEMPT_TIMEOUT", message, { path: this.path });
  }
}

/** Waits for a promise, for a time at most; `undefined` when that was too short. */
async function within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value | undefined> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return await promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
