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
import type { AgentCore } from "./agent-core.ts";
import type { Agents, AgentsOptions } from "./agents.ts";
import type { OwnerPlace } from "./hand-over/token.ts";
import { KeptResults } from "./kept-results.ts";
import { Notice, Operation, ROOT } from "./operation.ts";
import { checkHeld, References } from "./references.ts";
import { createRemote } from "./remote.ts";
import { findNode, type Handing, type ProxyConnection, type ProxyOptions, type RemoteNode } from "./remote-node.ts";
import { createResult } from "./remote-result.ts";
import { isSignalNotice, RemoteSignals } from "./remote-signal.ts";
import type { ServedHooks } from "./served-hooks.ts";
import type { ServedSide, ServingParts } from "./served-side.ts";

/** What an end is made of. */
export interface EndpointOptions {
  readonly session: Session;
  readonly address: string;
  /** What the far end starts at; absent at the end that connected. */
  root?(): object | undefined;
  readonly maxReferences: number;
  /** What answers requests and publishes. Default: an agent of this end's own. */
  readonly agent?: AgentCore | undefined;
  readonly hooks?: ServedHooks | undefined;
  /** Where the far end listens; absent where others cannot reach it. */
  readonly owner?: OwnerPlace | undefined;
  /** Called when this end let go of something of the far end's. */
  readonly released?: (() => void) | undefined;
  /** Why references cannot be used once the session is over. */
  readonly lostBecause?: string | undefined;
  onError(error: unknown): void;
  /** Says whether something is an instance of one of the platform's own classes. */
  isBuiltIn(value: object): boolean;
  /** Returns the object that one stands for which was sent in its place. Default: it stands for itself. */
  unwrap?(value: object): object;
  /** Makes what this end has to do with hand-overs. */
  hand(endpoint: ProxyConnection): Handing;
  /** Makes what this end serves. */
  serve(parts: ServingParts): ServedSide;
}

/** Both halves of one end: it calls what is there, and runs what is here. */
export class Endpoint implements Handler, ProxyConnection {
  readonly address: string;
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly references: References;
  readonly owner: OwnerPlace | undefined;
  readonly handing: Handing;
  readonly #options: EndpointOptions;
  readonly #served: ServedSide;
  readonly #kept: KeptResults;
  #agents: Agents | undefined;

  constructor(options: EndpointOptions) {
    const { session, address, maxReferences, lostBecause, onError } = options;
    this.#options = options;
    this.session = session;
    this.address = address;
    this.signals = new RemoteSignals(session, onError);
    this.owner = options.owner;
    const handing = options.hand(this);
    this.handing = handing;
    this.references = new References({
      get root() {
        return options.root?.();
      },
      maxReferences,
      hooks: options.hooks ?? { given: (value) => this.#served.given?.(value) },
      find: (value) => this.#find(value),
      offer: (value) => handing.offer(value),
      lease: (value) => leaseOf(value),
      handed: (imported, token) => handing.handed?.(imported, token),
      home: (token) => handing.home?.(token),
      unwrap: (value) => options.unwrap?.(value) ?? value,
      isBuiltIn: (value) => options.isBuiltIn(value),
      create: (imported, kind) => {
        const node = this.#nodeOf({ reference: imported.reference, imported, kind });
        return createRemote({ ...node, way: handing.wayOf?.(imported) });
      },
      release: (reference, count) => {
        session.release(reference, count);
        options.released?.();
      },
    });
    const { references } = this;
    const kept = new KeptResults(maxReferences);
    this.#kept = kept;
    this.#served = options.serve({
      ...{ session, references, kept, handing, onError },
      agents: (create) => this.agents(create),
    });
    void session.closed.then(() => {
      references.clear(lostBecause ?? "the session is over");
      kept.clear();
    });
  }

  /** Makes the proxy of the far end's root, or of a member of it. */
  rootProxy(name: string | undefined, close: () => Promise<void>): object {
    const node = this.#nodeOf({ reference: ROOT, imported: undefined, kind: undefined });
    return createRemote({ ...node, path: name === undefined ? [] : [name], close });
  }

  /** Returns both agents of the connection; see `ProxyConnection.agents`. */
  agents(create: (options: AgentsOptions) => Agents): Agents {
    const { session, address, agent, onError } = this.#options;
    this.#agents ??= create({ session, address, signals: this.signals, agent, onError });
    return this.#agents;
  }

  /** Sends an operation on what a node points at. */
  send(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown> {
    if (node.way?.isPending) return node.way.arrival(node).then((place) => place.endpoint.send(place, operation, args));
    if (node.options?.oneWay) return this.#sendOneWay(node, operation, args);
    const { options } = node;
    const repeat = repeatOf(node);
    if (options && repeat) return repeat(this.session, targetOf(node, operation), args, options);
    return new Promise((resolve, reject) => {
      this.#start(new PromisedCall(undefined, options, resolve, reject), node, operation, args);
    });
  }

  /** Calls what a node points at; see `ProxyConnection.call`. */
  callRemote(node: RemoteNode, args: readonly unknown[]): Promise<unknown> {
    if (node.options && (node.options.oneWay || repeatOf(node))) return this.send(node, Operation.CALL, args);
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
    if (notice === Notice.CREDIT) return this.#served.credit(id, args[0]);
    if (notice === Notice.TAKEN) return this.references.taken(id);
    if (isSignalNotice(notice)) return this.signals.receive(notice, id, args);
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
    // What the far end itself handed over goes back by its way, while it holds it.
    const { via } = node;
    if (via?.endpoint === this && via.imported?.lost === undefined) return via.imported;
    if (node.endpoint !== this) return "foreign";
    return node.imported ?? "root";
  }

  /** Starts a call, or has it follow a result that comes here first. */
  #start(call: OutgoingCall, node: RemoteNode, operation: number, args: readonly unknown[]): void {
    if (node.way?.isPending) {
      node.way.start(call, node, args);
      return;
    }
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

/** Finds what makes a call again when it is lost. What was reached by a reference or a result is gone then, and its number may be another's. */
function repeatOf({ options, imported, result }: RemoteNode): ProxyOptions["repeatCall"] {
  return options?.repeat === undefined || imported || result ? undefined : options.repeatCall;
}

/** Keeps what a proxy stands for, for those who use it by way of this end. */
function leaseOf(value: object): (() => void) | undefined {
  const { imported, endpoint } = findNode(value) ?? {};
  return imported && endpoint?.references.relay(imported);
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
