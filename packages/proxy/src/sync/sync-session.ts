/**
 * A session whose calls return when they are answered.
 *
 * @module
 */

import { type Handler, type ReferencePort, SessionError, toError } from "@fourwire/session";
import { type SessionSettings, SignalWatch } from "@fourwire/session/wire";
import { type Arrival, Arrivals } from "./arrivals.ts";
import { isFrames } from "./mailbox.ts";
import { OPENING } from "./orders.ts";
import { tooDeep } from "./own-errors.ts";
import { ServedSignals } from "./served-signals.ts";
import { SyncWire, type WireUser } from "./sync-wire.ts";
import type { ThreadLink } from "./thread-link.ts";

/** What a session of a thread that waits is made of. */
export interface SyncSessionOptions {
  readonly link: ThreadLink;
  readonly settings: SessionSettings;
  readonly references: ReferencePort;
  /** Runs what the server asks of this thread. */
  readonly handler: Pick<Handler, "call" | "notify">;
  /** Called with errors that nobody waits for. */
  onError(error: Error): void;
}

/** A call without an answer yet. */
interface Pending {
  answer: { readonly value: unknown } | { readonly error: Error } | undefined;
}

/** The calls of the server that may run here within one another, while calls of this thread wait. */
const MAX_NESTING = 64;
/** How long a wait lasts before it is looked whether there is still something to wait for. */
const SLICE_MS = 500;
/** How long the connection's thread may take to start and to connect, which has time limits of its own. */
const OPENING_MS = 60_000;
/** How much longer than a call may take this thread waits for the other to say so. */
const GRACE_MS = 5_000;

/** One end of a session. While it waits for an answer, it runs the calls that arrive. */
export class SyncSession implements WireUser {
  readonly references: ReferencePort;
  /** Settles when the session is over. */
  readonly closed: Promise<SessionError | undefined>;
  readonly #link: ThreadLink;
  readonly #options: SyncSessionOptions;
  readonly #wire: SyncWire;
  readonly #arrivals: Arrivals;
  readonly #signals = new SignalWatch();
  /** The calls that this thread's stack waits for. */
  readonly #pending = new Map<number, Pending>();
  /** The server's calls that this thread's stack runs. */
  readonly #running = new Set<number>();
  readonly #served = new ServedSignals();
  #resolveClosed: (reason: SessionError | undefined) => void = () => undefined;
  #over: SessionError | undefined;
  /** What the other thread said when it failed. */
  #lastWords: Error | undefined;
  #turnIsDue = false;
  #lastId = 0;

  constructor(options: SyncSessionOptions) {
    const { link, settings, references } = options;
    this.#options = options;
    this.#link = link;
    this.references = references;
    this.#wire = new SyncWire((frames) => link.post(frames), settings, this);
    this.#arrivals = new Arrivals(settings.limits.maxQueuedBytes);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#wire.hello();
    link.listen((message) => {
      this.#beginTurn();
      this.#receive(message);
      this.#runArrivals();
    });
  }

  /** Whether the session can still be used. */
  get open(): boolean {
    return this.#over === undefined;
  }

  /** Waits until the connection is open. Throws why it cannot be. */
  waitUntilOpen(): void {
    const pending: Pending = { answer: undefined };
    this.#pending.set(OPENING, pending);
    try {
      this.#waitFor(pending, OPENING_MS);
    } finally {
      this.#pending.delete(OPENING);
    }
  }

  /** Calls the server and returns its answer. Throws the server's error, or a `SessionError`. */
  callAndWait(target: unknown, args: readonly unknown[]): unknown {
    this.#requireOpen();
    this.#lastId += 1;
    const id = this.#lastId;
    const signals = this.#wire.call(id, target, args);
    const pending: Pending = { answer: undefined };
    this.#pending.set(id, pending);
    const stops = signals.map((signal, index) =>
      this.#signals.add(signal, () => this.#wire.abort(id, index, signal.reason)),
    );
    try {
      return this.#waitFor(pending, this.#options.settings.callTimeoutMs);
    } finally {
      this.#pending.delete(id);
      for (const stop of stops) stop();
    }
  }

  /** Tells the server something. */
  tell(target: unknown, args: readonly unknown[]): void {
    this.#requireOpen();
    this.#wire.notify(target, args);
  }

  /** Lets go of something that arrived so many times. */
  release(reference: number, count: number): void {
    if (this.open) this.#wire.release(reference, count);
  }

  /** Says goodbye and waits until the connection is closed. Safe to call twice. */
  close(): void {
    if (this.#over) return;
    this.#wire.bye();
    this.#end(new SessionError("CLOSED", "This end closed the session", { outcome: "notSent" }), undefined);
    const until = performance.now() + GRACE_MS;
    while (!this.#link.ended && performance.now() < until) this.#link.take(SLICE_MS);
    this.#arrivals.clear();
    this.#link.close();
  }

  result(id: unknown, value: unknown): void {
    const pending = typeof id === "number" ? this.#pending.get(id) : undefined;
    if (pending) pending.answer = { value };
  }

  error(id: unknown, error: Error): void {
    const pending = typeof id === "number" ? this.#pending.get(id) : undefined;
    if (pending) pending.answer = { error };
  }

  call(id: number, target: unknown, args: readonly unknown[], bytes: number): void {
    this.#arrivals.add({ id, target, args, bytes });
  }

  notify(target: unknown, args: readonly unknown[], bytes: number): void {
    this.#arrivals.add({ id: undefined, target, args, bytes });
    this.#askForTurn();
  }

  signal(id: number, index: number, aborted: boolean): AbortSignal {
    return this.#served.open(id, index, aborted);
  }

  abort(id: unknown, index: unknown, reason: Error): void {
    this.#served.abort(id, index, reason);
  }

  bye(reason: SessionError): void {
    this.#end(reason, reason);
    this.#link.close();
  }

  #waitFor(pending: Pending, timeoutMs: number): unknown {
    let until = performance.now() + timeoutMs + GRACE_MS;
    while (!pending.answer) {
      const call = this.#arrivals.takeCall();
      if (!call) {
        this.#waitForMessage(until);
        continue;
      }
      this.#run(call);
      // What ran here may have taken long, which is not the other thread's fault.
      until = performance.now() + timeoutMs + GRACE_MS;
    }
    if ("error" in pending.answer) throw pending.answer.error;
    return pending.answer.value;
  }

  /** Waits for one message. Throws `LOST` when none can come any more. */
  #waitForMessage(until: number): void {
    const message = this.#link.take(Math.min(SLICE_MS, Math.max(until - performance.now(), 0)));
    if (message !== undefined) {
      this.#receive(message);
      return;
    }
    // A wait that was interrupted leaves nothing behind but what the next turn finds.
    this.#askForTurn();
    if (this.#link.ended) this.#lose("The connection's thread has ended");
    if (performance.now() >= until) this.#lose("The connection's thread does not answer");
  }

  #lose(message: string): never {
    const reason = new SessionError("LOST", message, { cause: this.#lastWords, outcome: "unknown" });
    this.#end(reason, reason);
    this.#link.close();
    throw reason;
  }

  #receive(message: unknown): void {
    if (typeof message === "string") this.#lastWords = new Error(message);
    if (this.#over || !isFrames(message)) return;
    try {
      this.#wire.receive(message);
    } catch (error) {
      const cause = toError(error);
      const reason = new SessionError("MALFORMED", cause.message, { cause });
      this.#wire.bye();
      this.#end(reason, reason);
    }
  }

  /** Runs what arrived, with nothing of this thread's waiting. */
  #runArrivals(): void {
    for (let next = this.#arrivals.take(); next; next = this.#arrivals.take()) this.#run(next);
    const dropped = this.#arrivals.takeDropped();
    if (dropped === 0) return;
    const message = `${dropped} notifications came while this thread waited, beyond maxQueuedBytes`;
    this.#options.onError(new SessionError("QUEUE_FULL", message));
  }

  #run({ id, target, args }: Arrival): void {
    const { handler, onError } = this.#options;
    try {
      if (id === undefined) handler.notify(target, args);
      else this.#answer(id, target, args);
    } catch (error) {
      onError(toError(error));
    }
  }

  #answer(id: number, target: unknown, args: readonly unknown[]): void {
    try {
      if (this.#running.size >= MAX_NESTING) throw tooDeep(MAX_NESTING);
      this.#running.add(id);
      const result = this.#options.handler.call(target, args);
      this.#running.delete(id);
      if (result instanceof Promise)
        result.then(
          (value: unknown) => this.#settle(id, () => this.#wire.result(id, value)),
          (error: unknown) => this.#settle(id, () => this.#wire.error(id, error)),
        );
      else this.#settle(id, () => this.#wire.result(id, result));
    } catch (error) {
      this.#running.delete(id);
      this.#settle(id, () => this.#wire.error(id, error));
    }
  }

  #settle(id: number, answer: () => void): void {
    this.#served.close(id);
    if (this.open) answer();
  }

  /** Asks for a turn of the event loop, in which what waits for one runs. */
  #askForTurn(): void {
    if (this.#turnIsDue) return;
    this.#turnIsDue = true;
    setImmediate(() => {
      this.#beginTurn();
      this.#runArrivals();
    });
  }

  /**
   * Gives up what the stack before this turn had left: it was interrupted, as by
   * Ctrl-C at a prompt, after which no code of it runs, not even to clean up.
   */
  #beginTurn(): void {
    this.#turnIsDue = false;
    const interrupted = new Error("The thread that waited was interrupted");
    for (const id of this.#pending.keys()) if (this.open) this.#wire.cancel(id, interrupted);
    for (const id of this.#running) this.#settle(id, () => this.#wire.error(id, interrupted));
    this.#pending.clear();
    this.#running.clear();
  }

  #end(reason: SessionError, closed: SessionError | undefined): void {
    if (this.#over) return;
    this.#over = reason;
    this.#wire.end(reason);
    for (const pending of this.#pending.values()) {
      pending.answer ??= { error: new SessionError(reason.code, reason.message, { outcome: "unknown" }) };
    }
    this.#resolveClosed(closed);
  }

  #requireOpen(): void {
    if (!this.#over) return;
    const { code, message, cause } = this.#over;
    throw new SessionError(code, message, { cause, outcome: "notSent" });
  }
}
