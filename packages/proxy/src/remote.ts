/**
 * The dynamic face of a remote object: the only place with a JavaScript Proxy.
 *
 * @module
 */

import { Operation, ROOT } from "./operation.ts";
import { checkHeld, ReferenceKind } from "./references.ts";
import { currentOf, letGo, memberOf, NODE, nodeOf, type RemoteNode, type ResultPlace } from "./remote-node.ts";
import type { ConnectSlotOptions } from "./remote-signal.ts";
import type { Slot } from "./signal.ts";

/** The most member proxies that one proxy keeps; programs that compute names must not grow it for ever. */
const MAX_CACHED = 256;

/** Makes the proxy of a node. */
export function createRemote(node: RemoteNode): object {
  return new Proxy(createTarget(node), new RemoteHandler(node));
}

/** Reads a member of what a node points at, as its proxy would. */
export function readMember(node: RemoteNode, name: string | symbol): unknown {
  return new RemoteHandler(node).get(node, name);
}

/** Refuses an assignment to a member of what a node points at. */
export function refuseAssignment(node: RemoteNode, name: string | symbol): never {
  const place = describeNode(node);
  throw new TypeError(
    `"${String(name)}" of ${place} cannot be assigned: use await set(proxy, "${String(name)}", value), which can report a failure`,
  );
}

/** Sends an operation on what a node points at. Rejects with `REFERENCE_LOST` when that is gone. */
export async function operate(node: RemoteNode, operation: number, args: readonly unknown[]): Promise<unknown> {
  const place = currentOf(node);
  if (place.imported) checkHeld(place.imported);
  return await place.endpoint.send(place, operation, args);
}

/** Names a node in messages: its address and path. */
function describeNode(node: RemoteNode): string {
  const start = node.result ? node.result.label : node.reference === ROOT ? "" : `${node.reference}:`;
  return `${node.endpoint.address}#${start}${node.path.join(".")}`;
}

/** What a proxy of an object is an instance of: not a plain object, so that nothing takes it for data. */
class RemoteObject {}

/**
 * Makes the object below a proxy, which is what inspection shows. A member may
 * turn out to be a method or a class, so it must be callable and constructible.
 */
function createTarget(node: RemoteNode): object {
  const isObject = node.isResolved && node.kind !== ReferenceKind.FUNCTION;
  const target = isObject ? new RemoteObject() : createFunction();
  const text = `[Remote ${describeNode(node)}]`;
  // Configurable, as the proxy answers differently from its target, which only such properties may.
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value: () => text, configurable: true });
  return target;
}

/** Makes a function that can be called and constructed, which an arrow cannot. */
function createFunction(): object {
  return function remote(): void {};
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
    const node = currentOf(this.#node);
    const answer = (isSlotCall(node) && applySignal(node, args)) || node.endpoint.callRemote(node, args);
    // Whoever was given a callback calls it and goes on: that its owner is gone is not theirs to handle.
    if (node.imported && node.path.length === 0) answer.catch(() => undefined);
    return answer;
  }

  /** Makes an instance there: `await new proxy.Table()`. */
  construct(_target: object, args: unknown[]): object {
    return operate(this.#node, Operation.CONSTRUCT, args);
  }

  set(_target: object, name: string | symbol): never {
    return refuseAssignment(this.#node, name);
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
    if (this.#node.isResolved) return undefined;
    if (name === "then") return this.#then;
    return name === "catch" ? this.#catch : this.#finally;
  }

  #symbol(name: symbol): unknown {
    if (name === NODE) return currentOf(this.#node);
    if (name === Symbol.toPrimitive) return () => `[Remote ${describeNode(this.#node)}]`;
    if (name === Symbol.toStringTag) return "Remote";
    if (name === Symbol.asyncDispose) return this.#node.close;
    if (name === Symbol.dispose) return this.#dispose();
    return undefined;
  }

  readonly #then: PromiseLike<unknown>["then"] = (onFulfilled, onRejected) =>
    this.#read().then(onFulfilled, onRejected);
  readonly #catch = (onRejected: (reason: unknown) => unknown): Promise<unknown> => this.#read().catch(onRejected);
  readonly #finally = (onSettled: () => void): Promise<unknown> => this.#read().finally(onSettled);

  #dispose(): (() => void) | undefined {
    const { imported, isResolved } = this.#node;
    return imported && isResolved ? () => letGo(this.#node) : undefined;
  }

  #read(): Promise<unknown> {
    return operate(this.#node, Operation.GET, []);
  }
}

function createMember(parent: RemoteNode, name: string): object {
  return createRemote(memberOf(parent, name));
}

/** Says whether a call may be about slots. The root is no signal, so its own `connect` and `disconnect` are methods like others. */
function isSlotCall({ path, reference, result }: RemoteNode): boolean {
  const last = path[path.length - 1];
  return (
    (last === "connect" || last === "disconnect") && (path.length > 1 || reference !== ROOT || result !== undefined)
  );
}

/** Slots live here, so connecting one is this end's work first. Returns nothing for what is not about slots. */
function applySignal(node: RemoteNode, args: unknown[]): Promise<unknown> | undefined {
  if (node.way?.isPending)
    return node.way.arrival(node).then((place) => applySignal(place, args) ?? callNow(place, args));
  const { signals } = node.endpoint;
  const kept = node.result?.keep();
  if (node.result && kept === undefined) return connectLater(node.result, node, args);
  const place = { ...node, reference: kept ?? node.reference, path: node.path.slice(0, -1) };
  const isDisconnect = node.path.at(-1) === "disconnect";
  const [slot, options] = args;
  if (isDisconnect && args.length === 0 && signals.has(place)) return signals.disconnect(place);
  if (!isSlot(slot)) return undefined;
  if (isDisconnect) return signals.disconnect(place, slot);
  return signals.connect(place, slot, isSlotOptions(options) ? options : {});
}

/** Connects a slot to a signal of a result that comes here first. */
function connectLater(result: ResultPlace, { path }: RemoteNode, args: unknown[]): Promise<unknown> {
  return result.afterwards((value) => {
    const arrived = nodeOf(value, path.join("."));
    const node = { ...arrived, path: [...arrived.path, ...path], isResolved: false };
    return applySignal(node, args) ?? callNow(node, args);
  });
}

function callNow(node: RemoteNode, args: unknown[]): Promise<unknown> {
  return node.endpoint.callRemote(node, args);
}

function isSlot(value: unknown): value is Slot<readonly unknown[]> {
  return typeof value === "function";
}

function isSlotOptions(value: unknown): value is ConnectSlotOptions {
  return typeof value === "object" && value !== null;
}
