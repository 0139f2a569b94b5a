/**
 * Locks: a value that one client owns, and that goes with it.
 *
 * @module
 */

import { not, where } from "./condition.ts";
import { StateError } from "./errors.ts";
import type { Link } from "./link.ts";
import { type Check, CheckKind, OperationKind } from "./operation.ts";
import type { Path } from "./path.ts";
import type { WaitForOptions } from "./state-options.ts";
import { waitForCondition } from "./wait-requests.ts";
import { waitFor } from "./waiting.ts";

/** How a lock is taken. */
export interface LockOptions extends WaitForOptions {
  /** The time after which it is free again although nobody released it, in ms. Default: never, as long as its owner is there. */
  readonly ttlMs?: number | undefined;
}

/** A lock that this client holds until it lets go, or is gone. */
export interface Lock extends AsyncDisposable {
  /** A number larger than that of every earlier holder: whoever guards something with the lock refuses smaller ones. */
  readonly fence: number;
  /** Where the lock is. */
  readonly path: readonly [string, ...Path];
  /** What is there as long as the lock is held; `StateTransaction.checkHeld` looks for it. */
  readonly mark: unknown;
  /** Aborts when the lock is lost: it expired, or somebody took it away. */
  readonly lost: AbortSignal;
  /** Lets go. Safe to call twice. */
  release(): Promise<void>;
}

/** Takes a lock, and waits until it is free. Rejects with `TIMEOUT` or the signal's reason. */
export function takeLock(link: Link, path: readonly [string, ...Path], options: LockOptions): Promise<Lock> {
  return waitFor(options, `The lock "${path.join("/")}"`, async (signal) => {
    const mark = { by: link.connection.client, turn: link.connection.nextWrite() };
    const checks: readonly Check[] = [[CheckKind.ABSENT, path]];
    for (;;) {
      signal.throwIfAborted();
      // Not aborted halfway: it would not be known who holds it then.
      const set = [OperationKind.SET, path, mark, options.ttlMs, true] as const;
      const [fence, , failed] = await link.commit({ operations: [set], checks });
      if (failed === undefined) return await hold(link, { path, mark, fence }, signal);
      await waitForCondition(link, where(...path).isAbsent(), signal);
    }
  });
}

type Held = Pick<Lock, "path" | "mark" | "fence">;

async function hold(link: Link, held: Held, signal: AbortSignal): Promise<Lock> {
  const over = new AbortController();
  const released = new AbortController();
  const gone = not(where(...held.path).equals(held.mark));
  waitForCondition(link, gone, released.signal).then(
    () => over.abort(new StateError("CONFLICT", `The lock "${held.path.join("/")}" is lost`)),
    (error: unknown) => over.abort(error),
  );
  const release = async (): Promise<void> => {
    if (released.signal.aborted) return;
    released.abort(new StateError("CLOSED", "The lock was released"));
    const checks: readonly Check[] = [[CheckKind.EQUAL, held.path, held.mark]];
    await link.commit({ operations: [[OperationKind.DELETE, held.path]], checks });
  };
  const lock: Lock = { ...held, lost: over.signal, release, [Symbol.asyncDispose]: release };
  if (!signal.aborted) return lock;
  await release();
  throw signal.reason;
}
