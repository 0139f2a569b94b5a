/**
 * What a session is up to, for those who want to know.
 *
 * @module
 */

import { Inbox } from "@fourwire/transport";
import type { SessionError } from "./errors.ts";

/**
 * What a session is up to.
 *
 * - `open`: it has a channel.
 * - `parked`: it lost its channel and waits for another; calls are kept.
 * - `reset`: it came back, but the far end no longer knew it; what was under way is lost.
 * - `closed`: it is over.
 */
export type SessionState = "open" | "parked" | "reset" | "closed";

/** A state, and why it came about. */
export interface StateChange {
  readonly state: SessionState;
  /** Absent when nothing went wrong. */
  readonly reason: SessionError | undefined;
}

/** The most changes kept for whoever does not read them; the oldest go first. */
const MAX_UNREAD = 100;

/** The states of one session, one after the other. */
export class States {
  readonly #watchers = new Set<Inbox<StateChange>>();
  #current: StateChange = { state: "open", reason: undefined };

  /** The state at present. */
  get current(): StateChange {
    return this.#current;
  }

  /** Goes to a state. */
  change(state: SessionState, reason?: SessionError): void {
    this.#current = { state, reason };
    for (const watcher of this.#watchers) {
      watcher.push(this.#current);
      if (watcher.length > MAX_UNREAD) watcher.shift();
      if (state === "closed") watcher.end();
    }
    if (state === "closed") this.#watchers.clear();
  }

  /** Watches from the present state on, until the session is closed or the signal aborts. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<StateChange, void, undefined> {
    const watcher = new Inbox<StateChange>();
    watcher.push(this.#current);
    if (this.#current.state === "closed") watcher.end();
    else this.#watchers.add(watcher);
    const end = (): void => watcher.clear();
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) end();
    try {
      yield* watcher;
    } finally {
      signal?.removeEventListener("abort", end);
      this.#watchers.delete(watcher);
    }
  }
}
