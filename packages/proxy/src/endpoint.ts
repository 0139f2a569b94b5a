/**
 * One end of a connection: what its proxies share, and what it serves.
 *
 * @module
 */

import {
  type Deed,
  type Handler,
  type OutgoingCall,
  PromisedCall,
  type Session,
  SessionError,
} from "@fourwire/session";
import type { Exposure } from "./exposure.ts";
import { KeptResults } from "./kept-results.ts";
import { Notice, Operation, ROOT } from "./operation.ts";
import { checkHeld, References } from "./references.ts";
import { Relays } from "./relay.ts";
import { createRemote } from "./remote.ts";
import { findNode, type ProxyConnection, type RemoteNode } from "./remote-node.ts";
import { createResult } from "./remote-result.ts";
import { RemoteSignals } from "./remote-signal.ts";
import type { ServedHooks } from "./served-hooks.ts";
import { ServedObjects } from "./served-objects.ts";

/** What an end is made of. */
export interface EndpointOptions {
  readonly session: Session;
  readonly address: string;
  /** What the far end starts at; absent at the end that connected. */
  readonly root: object | undefined;
  readonly exposure: Exposure;
  readonly maxReferences: number;
  readonly hooks?: ServedHooks | undefined;
  /** Why references cannot be used once the session is over. */
  readonly lostBecause?: string | undefined;
  onError(error: unknown): void;
}

/** Both halves of one end: it calls what is there, and runs what is here. */
export class Endpoint implements Handler, ProxyConnection {
  readonly address: string;
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly references: References;
  readonly #served: ServedObjects;
  readonly #kept: KeptResults;

  constructor({ session, address, root, exposure, maxReferences, hooks, lostBecause, onError }: EndpointOptions) {
    this.session = session;
    this.address = address;
    this.signals = new RemoteSignals(session, onError);
    this.references = new References({
      root,
      maxReferences,
      hooks,
      find: (value) => this.#find(value),
      isBuiltIn: (value) => exposure.isBuiltIn(value),
      create: (imported, kind) => createRemote(this.#nodeOf({ reference: imported.reference, imported, kind })),
      release: (reference, count) => session.release(reference, count),
    });
    const relays = new Relays(session, onError);
    this.#kept = new KeptResults(maxReferences);
    this.#served = new ServedObjects({ root, exposure, relays, references: this.references, kept: this.#kept, hooks });
    void session.closed.then(() => {
      this.references.clear(lostBecause ?? "the session is over");
      this.#kept.clear();
    });
  }

  /** Makes the proxy of the far end's root, or of a member of it. */
  rootProxy(name: string | undefined, close: () => Promise<void>): object {
    const node = this.#nodeOf({ reference: ROOT, imported: undefined, kind: undefined });
    return createRemote({ ...node, path: name === undefined ? [] : [name], close });
  }

  /** Sends an operation on what a node points at. */
  send(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown> {
    if (node.options?.oneWay) return this.#sendOneWay(node, operation, args);
    return new Promise((resolve, reject) => {
      this.#start(new PromisedCall(undefined, node.options, resolve, reject), node, operation, args);
    });
  }

  /** Calls what a node points at; see `ProxyConnection.call`. */
  callRemote(node: RemoteNode, args: readonly unknown[]): Promise<unknown> {
    if (node.options?.oneWay) return this.#sendOneWay(node, Operation.CALL, args);
    return createResult(this.session, node, args);
  }

  start(call: OutgoingCall, node: RemoteNode, args: readonly unknown[]): void {
    this.#start(call, node, Operation.CALL, args);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    return this.#served.call(target, args);
  }

  keep(id: number, result: unknown): void {
    this.#kept.keep(id, result);
  }

  drop(id: number): void {
    this.#kept.drop(id);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    const [notice, id]: unknown[] = Array.isArray(target) ? target : [];
    if (notice === Notice.EMITTED || notice === Notice.LOST) return this.signals.receive(notice, id, args);
    return this.#served.call(target, args);
  }

  describe(target: unknown): Deed {
    return this.#served.describe(target);
  }

  reset(): void {
    this.references.clear("the far end no longer knows it");
    this.signals.restore();
  }

  #nodeOf(place: Pick<RemoteNode, "reference" | "imported" | "kind">): RemoteNode {
    return { ...place, endpoint: this, path: [], options: undefined, isResolved: true, close: undefined };
  }

  #find(value: object): RemoteNode["imported"] | "root" | "foreign" {
    const node = findNode(value);
    if (!node) return undefined;
    if (!node.isResolved || node.path.length > 0) throw memberIsNoValue();
    if (node.endpoint !== this) return "foreign";
    return node.imported ?? "root";
  }

  /** Starts a call, or has it follow a result that comes here first. */
  #start(call: OutgoingCall, node: RemoteNode, operation: number, args: readonly unknown[]): void {
    if (node.imported) checkHeld(node.imported);
    call.target = targetOf(node, operation);
    if (call.target !== undefined) {
      this.session.start(call, args);
      return;
    }
    call.turn = this.session.turn;
    this.#afterResult(node, operation, args).then(
      (value) => call.resolve(value),
      (error: unknown) => call.reject(error),
    );
  }

  async #sendOneWay(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<void> {
    if (node.imported) checkHeld(node.imported);
    const target = targetOf(node, operation);
    if (target === undefined) await this.#afterResult(node, operation, args);
    else this.session.notify(target, args);
  }

  /** Does what was asked of a result once that is here, where it may be a copy. */
  async #afterResult(place: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown> {
    const { result, path, options } = place;
    return await result?.afterwards((value) => {
      const arrived = findNode(value);
      if (!arrived) return this.#served.onGiven(value, { operation, reference: ROOT, path }, args);
      const node = { ...arrived, options, path: [...arrived.path, ...path], isResolved: path.length === 0 };
      return node.endpoint.send(node, operation, args);
    });
  }
}

/** Makes the target of a call; nothing when it begins at a result that has to come here first. */
function targetOf({ result, reference, path }: RemoteNode, operation: number): unknown {
  const [only] = path;
  // The commonest target travels as one string.
  if (operation === Operation.CALL && reference === ROOT && path.length === 1 && only !== undefined) return only;
  const start = result ? result.keep() : reference;
  return start === undefined ? undefined : [operation, start, ...path];
}

function memberIsNoValue(): SessionError {
  const message = "A member of a remote object is no value: read it first, or hand over the object";
  return new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
}
