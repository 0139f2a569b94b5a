/**
 * The dynamic face of a remote object: the only place with a JavaScript Proxy.
 *
 * @module
 */

import type { ClientConnection, ProxyOptions } from "./connection.ts";
import { Operation } from "./operation.ts";
import type { ConnectSlotOptions } from "./remote-signal.ts";
import type { Slot } from "./signal.ts";

/** Where a proxy points, and how it calls. */
export interface RemoteNode {
  readonly connection: ClientConnection;
  readonly path: readonly string[];
  readonly options: ProxyOptions | undefined;
  /** Whether this is a root, which is not a promise of anything. */
  readonly isRoot: boolean;
  /** Closes the connection, on the proxy that `connect` returned. */
  readonly close: (() => Promise<void>) | undefined;
}

/** The key under which a proxy gives its node to this package, and to nobody else. */
const NODE = Symbol("fourwire.node");

/** The most member proxies that one proxy keeps; programs that compute names must not grow it for ever. */
const MAX_CACHED = 256;

/** Makes the proxy of a node. */
export function createRemote(node: RemoteNode): object {
  return new Proxy(createTarget(node), new RemoteHandler(node));
}

/** Finds where a proxy points. Throws a `TypeError` for anything else. */
export function nodeOf(proxy: unknown, user: string): RemoteNode {
  const isProxy = typeof proxy === "function" || (typeof proxy === "object" && proxy !== null);
  const node: unknown = isProxy ? Reflect.get(proxy, NODE) : undefined;
  if (!isNode(node)) throw new TypeError(`${user}: expected a proxy made by connect`);
  return node;
}

/** Names a node in messages: its address and path. */
function describeNode(node: RemoteNode): string {
  return `${node.connection.address}#${node.path.join(".")}`;
}

/**
 * Makes the object below a proxy, which is what inspection shows. A member may
 * turn out to be a method, so it must be callable.
 */
function createTarget(node: RemoteNode): object {
  const target = node.isRoot ? {} : () => undefined;
  const text = `[Remote ${describeNode(node)}]`;
  // Configurable, as the proxy answers differently from its target, which only such properties may.
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value: () => text, configurable: true });
  return target;
}

class RemoteHandler implements ProxyHandler<object> {
  readonly #node: RemoteNode;
  readonly #members = new Map<string, object>();

  constructor(node: RemoteNode) {
    this.#node = node;
  }

  get(_target: object, name: string | symbol): unknown {
    if (typeof name === "symbol") return this.#symbol(name);
    const known = this.#members.get(name);
    if (known) return known;
    if (this.#isReserved(name)) return this.#reserved(name);
    const member = createMember(this.#node, name);
    if (this.#members.size < MAX_CACHED) this.#members.set(name, member);
    return member;
  }

  apply(_target: object, _self: unknown, args: unknown[]): unknown {
    const { connection, path, options } = this.#node;
    const last = path[path.length - 1];
    // The root is no signal, so its own `connect` and `disconnect` are methods like others.
    const isSlotCall = path.length > 1 && (last === "connect" || last === "disconnect");
    const done = isSlotCall ? applySignal(this.#node, last, args) : undefined;
    return done ?? connection.invoke(path, args, options);
  }

  set(_target: object, name: string | symbol): never {
    const place = describeNode(this.#node);
    throw new TypeError(
      `"${String(name)}" of ${place} cannot be assigned: use await set(proxy, "${String(name)}", value), which can report a failure`,
    );
  }

  deleteProperty(_target: object, name: string | symbol): never {
    throw new TypeError(`"${String(name)}" of ${describeNode(this.#node)} cannot be deleted from here`);
  }

  defineProperty(_target: object, name: string | symbol): never {
    throw new TypeError(`"${String(name)}" of ${describeNode(this.#node)} cannot be defined from here`);
  }

  /** A root is an object, so that awaiting it gives itself; a member is a promise of its value. */
  #isReserved(name: string): boolean {
    return name === "then" || name === "catch" || name === "finally" || name === "toJSON";
  }

  #reserved(name: string): unknown {
    if (name === "toJSON") return () => `[Remote ${describeNode(this.#node)}]`;
    if (this.#node.isRoot) return undefined;
    if (name === "then") return this.#then;
    return name === "catch" ? this.#catch : this.#finally;
  }

  #symbol(name: symbol): unknown {
    if (name === NODE) return this.#node;
    if (name === Symbol.toPrimitive) return () => `[Remote ${describeNode(this.#node)}]`;
    if (name === Symbol.toStringTag) return "Remote";
    if (name === Symbol.asyncDispose) return this.#node.close;
    return undefined;
  }

  readonly #then: PromiseLike<unknown>["then"] = (onFulfilled, onRejected) =>
    this.#read().then(onFulfilled, onRejected);
  readonly #catch = (onRejected: (reason: unknown) => unknown): Promise<unknown> => this.#read().catch(onRejected);
  readonly #finally = (onSettled: () => void): Promise<unknown> => this.#read().finally(onSettled);

  #read(): Promise<unknown> {
    const { connection, path, options } = this.#node;
    return connection.operate(Operation.GET, path, [], options);
  }
}

function createMember(parent: RemoteNode, name: string): object {
  const { connection, path, options } = parent;
  return createRemote({ connection, path: [...path, name], options, isRoot: false, close: undefined });
}

/** Slots live here, so connecting one is this end's work first. Returns nothing for what is not about slots. */
function applySignal(node: RemoteNode, name: "connect" | "disconnect", args: unknown[]): Promise<unknown> | undefined {
  const { signals } = node.connection;
  const signal = node.path.slice(0, -1);
  const [slot, options] = args;
  if (name === "disconnect" && args.length === 0 && signals.has(signal)) return signals.disconnect(signal);
  if (!isSlot(slot)) return undefined;
  if (name === "disconnect") return signals.disconnect(signal, slot);
  return signals.connect(signal, slot, isSlotOptions(options) ? options : {});
}

function isSlot(value: unknown): value is Slot<readonly unknown[]> {
  return typeof value === "function";
}

function isSlotOptions(value: unknown): value is ConnectSlotOptions {
  return typeof value === "object" && value !== null;
}

function isNode(value: unknown): value is RemoteNode {
  return typeof value === "object" && value !== null && "connection" in value && "path" in value;
}
