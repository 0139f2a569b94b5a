/**
 * What all proxies of one connection share.
 *
 * @module
 */

import type { CallOptions, Handler, Session } from "@fourwire/session";
import { Operation, ROOT } from "./operation.ts";
import { RemoteSignals } from "./remote-signal.ts";

/** How a proxy makes its calls. */
export interface ProxyOptions extends CallOptions {
  /** Whether calls are notifications: sent, and not answered. */
  readonly oneWay?: boolean | undefined;
}

/** One client's connection to a served root. */
export class ClientConnection implements Handler {
  readonly address: string;
  readonly signals: RemoteSignals;
  #session: Session | undefined;

  constructor(address: string, onError: (error: unknown) => void) {
    this.address = address;
    this.signals = new RemoteSignals(() => this.session, onError);
  }

  /** The session below. */
  get session(): Session {
    if (!this.#session) throw new TypeError("The connection has no session yet");
    return this.#session;
  }

  /** Uses a session from now on. */
  attach(session: Session): void {
    this.#session = session;
  }

  /** Calls the method at a path. */
  invoke(path: readonly string[], args: readonly unknown[], options: ProxyOptions | undefined): Promise<unknown> {
    const [only] = path;
    // The commonest target travels as one string.
    const target = path.length === 1 && only !== undefined ? only : [Operation.CALL, ROOT, ...path];
    return this.#send(target, args, options);
  }

  /** Runs an operation on what is at a path. */
  operate(
    operation: number,
    path: readonly string[],
    args: readonly unknown[],
    options: ProxyOptions | undefined,
  ): Promise<unknown> {
    return this.#send([operation, ROOT, ...path], args, options);
  }

  call(): never {
    throw new TypeError("A client serves nothing");
  }

  notify(target: unknown, args: readonly unknown[]): void {
    const [notice, id]: unknown[] = Array.isArray(target) ? target : [];
    this.signals.receive(notice, id, args);
  }

  reset(): void {
    this.signals.restore();
  }

  async #sendOneWay(target: unknown, args: readonly unknown[]): Promise<void> {
    this.session.notify(target, args);
  }

  #send(target: unknown, args: readonly unknown[], options: ProxyOptions | undefined): Promise<unknown> {
    return options?.oneWay ? this.#sendOneWay(target, args) : this.session.call(target, args, options);
  }
}
