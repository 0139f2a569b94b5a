/**
 * One end of a connection: what its proxies share, and what it serves.
 *
 * @module
 */

import { type Deed, type Handler, type Session, SessionError } from "@fourwire/session";
import { AgentCore, describeForAgent, isForAgent } from "./agent-core.ts";
import { type AgentPeerOptions, SessionPeer } from "./agent-peer.ts";
import type { Instances } from "./instances.ts";
import { Notice, Operation, ROOT } from "./operation.ts";
import { References } from "./references.ts";
import { Relays } from "./relay.ts";
import { createRemote } from "./remote.ts";
import { findNode, type ProxyConnection, type RemoteNode } from "./remote-node.ts";
import { isSignalNotice, RemoteSignals } from "./remote-signal.ts";
import { repeatCall } from "./repeat.ts";
import type { Rules } from "./rules.ts";
import { ServedObjects } from "./served-objects.ts";

/** What an end is made of. */
export interface EndpointOptions {
  readonly session: Session;
  readonly address: string;
  /** What the far end starts at; absent at the end that connected. */
  readonly root: object | undefined;
  readonly exposure: Rules;
  readonly maxReferences: number;
  /** What the far end starts at where that is not the same for all; `root` then only stands for it. */
  readonly instances?: Instances | undefined;
  /** What answers requests and publishes. Default: an agent of this end's own. */
  readonly agent?: AgentCore | undefined;
  onError(error: unknown): void;
}

/** Both halves of one end: it calls what is there, and runs what is here. */
export class Endpoint implements Handler, ProxyConnection {
  readonly address: string;
  readonly session: Session;
  readonly signals: RemoteSignals;
  readonly references: References;
  readonly agent: AgentCore;
  /** The agent at the other end. */
  readonly farAgent: SessionPeer;
  readonly #relays: Relays;
  readonly #served: ServedObjects;
  readonly #instances: Instances | undefined;
  readonly #serveAs: (root: object | undefined) => ServedObjects;

  constructor(options: EndpointOptions) {
    const { session, address, root, exposure, maxReferences, instances, onError } = options;
    const agent = options.agent ?? new AgentCore(onError);
    this.agent = agent;
    this.session = session;
    this.address = address;
    this.signals = new RemoteSignals(session, onError);
    const notified: AgentPeerOptions["notified"] = (content, context) => agent.notified(content, context);
    this.farAgent = new SessionPeer({ session, signals: this.signals, address, notified });
    this.#instances = instances;
    this.references = new References({
      get root() {
        return instances?.current ?? root;
      },
      maxReferences,
      find: (value) => this.#find(value),
      unwrap: (value) => exposure.unwrap(value),
      isBuiltIn: (value) => exposure.isBuiltIn(value),
      create: (imported, kind) => createRemote(this.#nodeOf({ reference: imported.reference, imported, kind })),
      release: (reference, count) => session.release(reference, count),
    });
    const relays = new Relays(session, onError);
    this.#relays = relays;
    const { references } = this;
    this.#serveAs = (start) => new ServedObjects({ root: start, exposure, relays, references });
    this.#served = this.#serveAs(root);
    void session.closed.then(() => this.references.clear("the session is over"));
  }

  /** Makes the proxy of the far end's root, or of a member of it. */
  rootProxy(name: string | undefined, close: () => Promise<void>): object {
    const node = this.#nodeOf({ reference: ROOT, imported: undefined, kind: undefined });
    return createRemote({ ...node, path: name === undefined ? [] : [name], close });
  }

  /** Sends an operation on what a node points at. */
  send(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown> {
    const { reference, path, options } = node;
    const [only] = path;
    // The commonest target travels as one string.
    const isShort = operation === Operation.CALL && reference === ROOT && path.length === 1 && only !== undefined;
    const target = isShort ? only : [operation, reference, ...path];
    if (options?.oneWay) return this.#sendOneWay(target, args);
    // What was reached by reference is gone when a call on it was lost, and its number may be another's then.
    const repeats = options?.repeat !== undefined && !node.imported;
    return repeats ? repeatCall(this.session, target, args, options) : this.session.call(target, args, options);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    return this.#serve(target, args);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    const [notice, id]: unknown[] = Array.isArray(target) ? target : [];
    if (notice === Notice.CREDIT) return this.#relays.credit(id, args[0]);
    if (isSignalNotice(notice)) return this.signals.receive(notice, id, args);
    return this.#serve(target, args);
  }

  describe(target: unknown): Deed {
    return isForAgent(target) ? describeForAgent(target) : this.#served.describe(target);
  }

  reset(): void {
    this.references.clear("the far end no longer knows it");
    this.signals.restore();
  }

  #serve(target: unknown, args: readonly unknown[]): unknown {
    if (isForAgent(target)) return this.agent.serve(target, args, this.farAgent, this.#relays);
    if (!this.#instances) return this.#served.call(target, args);
    return this.#instances.run(target, args, (root) => this.#serveAs(root).call(target, args));
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

  async #sendOneWay(target: unknown, args: readonly unknown[]): Promise<void> {
    this.session.notify(target, args);
  }
}

function memberIsNoValue(): SessionError {
  const message = "A member of a remote object is no value: read it first, or hand over the object";
  return new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
}
