/**
 * The dynamic face of a remote object whose answers are waited for.
 *
 * @module
 */

import { SessionError } from "@fourwire/session";
import type { Description } from "../description.ts";
import { ProxyError } from "../errors.ts";
import { Operation, ROOT } from "../operation.ts";
import { ReferenceKind } from "../references.ts";
import { NODE } from "../remote-node.ts";
import type { Slot } from "../signal.ts";
import { SYNC_NODE, type SyncNode } from "./sync-node.ts";
import { memberOf, type SyncPlace } from "./sync-place.ts";
import type { ConnectSlotSyncOptions } from "./sync-signals.ts";

/** Makes the proxy of a node. */
export function createSyncRemote(node: SyncNode): object {
  return new Proxy(createTarget(node), new SyncRemoteHandler(node));
}

/** What a proxy of an object is an instance of: not a plain object, so that nothing takes it for data. */
class RemoteObject {}

/** Names that languages and tools look up on anything. No remote member is reached by them. */
const LOCAL_NAMES: ReadonlySet<string> = new Set(["then", "constructor", "__proto__", "prototype"]);

/** Makes the object below a proxy, which is what inspection shows. */
function createTarget(node: SyncNode): object {
  const target = node.kind === ReferenceKind.FUNCTION ? () => undefined : new RemoteObject();
  const text = describeNode(node);
  // Configurable, as the proxy answers differently from its target, which only such properties may.
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value: () => text, configurable: true });
  return target;
}

/** Names a node in messages: its address and path. */
function describeNode({ connection, reference, path }: SyncNode): string {
  const start = reference === ROOT ? "" : `${reference}:`;
  return `[Remote ${connection.address}#${start}${path.join(".")}]`;
}

class SyncRemoteHandler implements ProxyHandler<object> {
  readonly #node: SyncNode;
  /** Methods and signals: what stays the same from one look to the next. */
  readonly #members = new Map<string, unknown>();
  #described = false;

  constructor(node: SyncNode) {
    this.#node = node;
  }

  get(target: object, name: string | symbol): unknown {
    if (typeof name === "symbol") return this.#symbol(name);
    if (name === "toJSON") return () => describeNode(this.#node);
    if (LOCAL_NAMES.has(name) || name.startsWith("_")) return undefined;
    if (this.#node.kind === ReferenceKind.FUNCTION) return Reflect.get(target, name);
    return this.#member(name) ?? this.#read(name);
  }

  set(_target: object, name: string | symbol, value: unknown): boolean {
    if (typeof name === "symbol") throw new TypeError(`${describeNode(this.#node)} has no member ${String(name)}`);
    this.#operate(memberOf(this.#node, name), Operation.SET, [value]);
    return true;
  }

  has(_target: object, name: string | symbol): boolean {
    return typeof name === "string" && this.#describe().has(name);
  }

  apply(_target: object, _self: unknown, args: unknown[]): unknown {
    return this.#operate(this.#node, Operation.CALL, args);
  }

  deleteProperty(_target: object, name: string | symbol): never {
    throw new TypeError(`"${String(name)}" of ${describeNode(this.#node)} cannot be deleted from here`);
  }

  defineProperty(_target: object, name: string | symbol): never {
    throw new TypeError(`"${String(name)}" of ${describeNode(this.#node)} cannot be defined from here`);
  }

  /** Finds a method or a signal: what a member is, is asked once. */
  #member(name: string): unknown {
    if (!this.#described) this.#describe();
    return this.#members.get(name);
  }

  /** Reads a value. A field that became a method since the members were asked for is one. */
  #read(name: string): unknown {
    try {
      return this.#operate(memberOf(this.#node, name), Operation.GET, []);
    } catch (error) {
      if (!(error instanceof ProxyError && error.code === "NOT_FOUND")) throw error;
      this.#describe();
      if (this.#members.has(name)) return this.#members.get(name);
      throw error;
    }
  }

  #describe(): ReadonlySet<string> {
    const { members } = readDescription(this.#operate(this.#node, Operation.DESCRIBE, []));
    this.#described = true;
    for (const { name, kind } of members) {
      const known = this.#members.has(name);
      if (kind === "method" && !known) this.#members.set(name, this.#createMethod(name));
      if (kind === "signal" && !known) this.#members.set(name, createSignal(this.#node, memberOf(this.#node, name)));
      if (kind === "property") this.#members.delete(name);
    }
    // What an accessor or a method gave may be a signal itself, which describes itself as having no members.
    if (members.length === 0) this.#addSlots();
    return new Set(members.map(({ name }) => name));
  }

  #addSlots(): void {
    for (const [name, member] of Object.entries(createSignal(this.#node, this.#node))) this.#members.set(name, member);
  }

  #createMethod(name: string): unknown {
    const place = memberOf(this.#node, name);
    const method = (...args: unknown[]): unknown => this.#operate(place, Operation.CALL, args);
    return Object.defineProperty(method, "name", { value: name, configurable: true });
  }

  #symbol(name: symbol): unknown {
    if (name === SYNC_NODE) return this.#node;
    // Whatever asks for this hands calls on without waiting, which nobody can do with a proxy that waits.
    if (name === NODE) throw notForOthers(this.#node);
    if (name === Symbol.toPrimitive) return () => describeNode(this.#node);
    if (name === Symbol.toStringTag) return "Remote";
    if (name === Symbol.dispose) return this.#dispose();
    return undefined;
  }

  #dispose(): (() => void) | undefined {
    const { imported, path, close, connection } = this.#node;
    return imported && path.length === 0 ? () => connection.release(imported) : close;
  }

  #operate(place: SyncPlace, operation: number, args: readonly unknown[]): unknown {
    return this.#node.connection.operate(place, operation, args);
  }
}

/** Makes what slots are connected to. */
function createSignal({ connection }: SyncNode, place: SyncPlace): object {
  const { signals } = connection;
  return {
    connect: (slot: Slot<readonly unknown[]>, options?: ConnectSlotSyncOptions) =>
      signals.connect(place, slot, options),
    disconnect: (slot?: Slot<readonly unknown[]>) => signals.disconnect(place, slot),
  };
}

function readDescription(value: unknown): Description {
  // What the server's half of this package sends in answer to DESCRIBE.
  return value as Description;
}

function notForOthers(node: SyncNode): SessionError {
  const message = `${describeNode(node)} is a synchronous proxy: only its own connection takes it, or its name`;
  return new SessionError("NOT_SERIALIZABLE", message, { outcome: "notSent" });
}
