/**
 * Tasks of a pool.
 *
 * @module
 */

/** How one task is run. */
export interface TaskOptions {
  /** Tasks with the same key go to the same worker, as long as it lives. */
  readonly key?: string | undefined;
  /** Ends the waiting, and is handed to the task. */
  readonly signal?: AbortSignal | undefined;
}

/** What a task works with. */
export type Task<Api, Result> = (api: Api, signal: AbortSignal | undefined) => Promise<Result> | Result;

/** A task that waits or runs, with its result taken out of its type. */
export interface QueuedTask<Api> {
  readonly key: string | undefined;
  readonly queuedMs: number;
  /** Runs it and settles its promise. Never rejects; says whether it succeeded. */
  run(api: Api): Promise<boolean>;
  reject(error: unknown): void;
}

/** Makes a task and the promise of its result. `abandoned` is called when its signal aborts while it waits. */
export function createTask<Api, Result>(
  task: Task<Api, Result>,
  { key, signal }: TaskOptions,
  abandoned: (queued: QueuedTask<Api>) => void,
): { readonly queued: QueuedTask<Api>; readonly result: Promise<Result> } {
  let resolve: (result: Result) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const result = new Promise<Result>((...functions) => {
    [resolve, reject] = functions;
  });
  const abort = (): void => {
    abandoned(queued);
    reject(signal?.reason);
  };
  const queued: QueuedTask<Api> = {
    key,
    queuedMs: performance.now(),
    reject(error) {
      signal?.removeEventListener("abort", abort);
      reject(error);
    },
    async run(api) {
      signal?.removeEventListener("abort", abort);
      try {
        resolve(await task(api, signal));
        return true;
      } catch (error) {
        reject(error);
        return false;
      }
    },
  };
  signal?.addEventListener("abort", abort, { once: true });
  return { queued, result };
}
