/**
 * What an application has open, closed in reverse order.
 *
 * @module
 */

import { ContainerError } from "./errors.ts";

interface Part {
  readonly path: string;
  close(): unknown;
}

/** How parts are closed. */
export interface CleanupOptions {
  /** The time that each part has. */
  readonly timeoutMs: number;
  /** Told as each part is closed, or has failed to close. */
  readonly onClosed: (path: string, error: unknown) => void;
}

/** A stack of things to close. */
export class Cleanup {
  readonly #parts: Part[] = [];
  readonly #options: CleanupOptions;

  constructor(options: CleanupOptions) {
    this.#options = options;
  }

  /** Puts something on the stack, to be closed before all that is there already. */
  add(path: string, close: () => unknown): void {
    this.#parts.push({ path, close });
  }

  /**
   * Closes everything, the newest first, each after the one before; what is
   * added meanwhile too.
   *
   * A part that fails, or takes longer than its time, keeps none of the others
   * open. Rejects at the end with `CLOSE_FAILED`, or with the one part's own
   * `ContainerError`.
   */
  async close(): Promise<void> {
    const failures: { readonly path: string; readonly error: unknown }[] = [];
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      const { path } = part;
      const error = await this.#failureOf(part);
      this.#options.onClosed(path, error);
      if (error !== undefined) failures.push({ path, error });
    }
    const [first, ...others] = failures;
    if (!first) return;
    if (others.length === 0 && first.error instanceof ContainerError) throw first.error;
    const names = failures.map(
      ({ path, error }) => `${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
    const cause = new AggregateError(failures.map(({ error }) => error));
    throw new ContainerError("CLOSE_FAILED", `Some parts did not close: ${names.join("; ")}`, {
      path: first.path,
      cause,
    });
  }

  async #failureOf({ path, close }: Part): Promise<unknown> {
    const { timeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<unknown>((resolve) => {
      const error = new ContainerError("CLOSE_FAILED", `${path} did not close within ${timeoutMs} ms`, { path });
      if (timeoutMs < Number.POSITIVE_INFINITY) timer = setTimeout(resolve, timeoutMs, error);
    });
    const closed = (async () => close())().then(
      () => undefined,
      (error: unknown) => error ?? new Error("Something was thrown that is nothing"),
    );
    const failure = await Promise.race([closed, late]);
    clearTimeout(timer);
    return failure;
  }
}
