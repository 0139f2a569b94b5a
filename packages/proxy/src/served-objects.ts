/**
 * What is served to one far end.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { describeObject } from "./description.ts";
import { ProxyError } from "./errors.ts";
import type { Exposure, Member } from "./exposure.ts";
import { OPERATION_NAMES, Operation, ROOT, readTarget, type Target } from "./operation.ts";
import { checkHeld, type References } from "./references.ts";
import type { Relays } from "./relay.ts";
import { findNode, type RemoteNode } from "./remote-node.ts";
import { isSignal, type SignalLike } from "./signal.ts";

/** What is served to one far end. */
export interface ServedObjectsOptions {
  readonly root: object | undefined;
  readonly exposure: Exposure;
  readonly relays: Relays;
  readonly references: Pick<References, "get">;
}

/** Runs what the far end asks of the root and of what it was sent by reference. */
export class ServedObjects {
  readonly #root: object | undefined;
  readonly #exposure: Exposure;
  readonly #relays: Relays;
  readonly #references: Pick<References, "get">;

  constructor({ root, exposure, relays, references }: ServedObjectsOptions) {
    this.#root = root;
    this.#exposure = exposure;
    this.#relays = relays;
    this.#references = references;
  }

  /** Runs one operation. Throws what it throws, or a `ProxyError` for what may not be reached. */
  call(target: unknown, args: readonly unknown[]): unknown {
    if (typeof target === "string") return this.#callMember(this.#base(ROOT), target, target, args);
    const parts = readTarget(target);
    if (!parts) throw new ProxyError("NOT_FOUND", "The call's target is not one");
    const base = this.#base(parts.reference);
    const foreign = findNode(base);
    return foreign ? relayTo(foreign, parts, args, this.#relays) : this.#run(base, parts, args);
  }

  /** Names what is asked: `call`, `get`, `set`, `describe`, `connect` or `disconnect`, and the member's path. */
  describe(target: unknown): Deed {
    if (typeof target === "string") return { action: "call", subject: target };
    const parts = readTarget(target);
    const action = parts && OPERATION_NAMES[parts.operation];
    return { action: action ?? "call", subject: nameOf(parts?.path ?? []) };
  }

  #base(reference: number): object {
    if (reference !== ROOT) return this.#references.get(reference);
    if (!this.#root) throw new ProxyError("NOT_FOUND", "This end has no root");
    return this.#root;
  }

  #run(base: object, { operation, path }: Target, args: readonly unknown[]): unknown {
    switch (operation) {
      case Operation.CALL:
        return this.#call(base, path, args);
      case Operation.GET:
        return this.#get(base, path);
      case Operation.SET:
        return this.#set(base, path, args[0]);
      case Operation.DESCRIBE:
        return describeObject(this.#walk(base, path, path.length), this.#exposure);
      case Operation.CONNECT:
        return this.#relays.connect(readSubscription(args[0]), this.#signal(base, path));
      case Operation.DISCONNECT:
        return this.#relays.disconnect(readSubscription(args[0]));
      default:
        throw new ProxyError("NOT_FOUND", `Operation ${operation} is not known here`);
    }
  }

  #call(base: object, path: readonly string[], args: readonly unknown[]): unknown {
    if (path.length > 0) return this.#callMember(this.#owner(base, path), lastOf(path), nameOf(path), args);
    if (typeof base === "function") return Reflect.apply(base, undefined, args);
    throw new ProxyError("NOT_FOUND", "The object is not a function");
  }

  #callMember(owner: object, name: string, fullName: string, args: readonly unknown[]): unknown {
    const member = this.#exposure.member(owner, name);
    if (member?.kind === "method") {
      const result = member.call(args);
      return member.plain ? this.#exposure.requirePlain(result, fullName) : result;
    }
    if (!member && owner !== this.#root && isDisconnectAll(name, args) && isSignal(owner)) return undefined;
    if (!member || member.kind === "absent") throw notFound(fullName);
    throw new ProxyError("NOT_CALLABLE", `"${fullName}" is a property, not a method`);
  }

  #get(base: object, path: readonly string[]): unknown {
    // As a value it would cross whole, past the rules.
    if (path.length === 0) throw new ProxyError("NOT_FOUND", "The root is not a value; read its members");
    const member = this.#member(base, path);
    if (member.kind === "method") throw new ProxyError("NOT_FOUND", `"${nameOf(path)}" is a method; call it`);
    if (member.kind === "absent") throw notFound(nameOf(path));
    const value = member.get();
    return member.plain ? this.#exposure.requirePlain(value, nameOf(path)) : value;
  }

  #set(base: object, path: readonly string[], value: unknown): void {
    const member = path.length > 0 ? this.#member(base, path) : undefined;
    if (!member || member.kind === "method" || !member.set) {
      throw new ProxyError("NOT_WRITABLE", `"${nameOf(path)}" cannot be set`);
    }
    member.set(value);
  }

  #signal(base: object, path: readonly string[]): SignalLike {
    const member = path.length > 0 ? this.#member(base, path) : undefined;
    const value = member?.kind === "property" ? member.get() : base;
    if (!isSignal(value)) throw new ProxyError("NOT_A_SIGNAL", `"${nameOf(path)}" is not a signal`);
    return value;
  }

  #member(base: object, path: readonly string[]): Member {
    const member = this.#exposure.member(this.#owner(base, path), lastOf(path));
    if (!member) throw notFound(nameOf(path));
    return member;
  }

  #owner(base: object, path: readonly string[]): object {
    return this.#walk(base, path, path.length - 1);
  }

  /** Follows the first steps of a path through properties that hold objects. */
  #walk(base: object, path: readonly string[], steps: number): object {
    let owner = base;
    for (let step = 0; step < steps; step += 1) {
      const member = this.#exposure.member(owner, path[step] ?? "");
      const value = member?.kind === "property" ? member.get() : undefined;
      if (typeof value !== "object" || value === null) throw notFound(nameOf(path.slice(0, step + 1)));
      owner = value;
    }
    return owner;
  }
}

/** Hands on what is asked of something that this end itself only holds by reference. */
function relayTo(node: RemoteNode, { operation, path }: Target, args: readonly unknown[], relays: Relays): unknown {
  if (node.imported) checkHeld(node.imported);
  const place = { ...node, path: [...node.path, ...path], isResolved: false };
  const { signals } = node.endpoint;
  if (operation === Operation.DISCONNECT) return relays.disconnect(readSubscription(args[0]));
  if (operation !== Operation.CONNECT) return node.endpoint.send(place, operation, args);
  return relays.connect(readSubscription(args[0]), {
    connect: (slot) => signals.connect(place, slot),
    disconnect: (slot) => signals.disconnect(place, slot),
    emit: () => undefined,
  });
}

/** A client that has no slot at a signal asks its server, which alone knows a signal from an object that disconnects. */
function isDisconnectAll(name: string, args: readonly unknown[]): boolean {
  return name === "disconnect" && args.length === 0;
}

function readSubscription(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new ProxyError("NOT_FOUND", "A subscription is a number");
}

function lastOf(path: readonly string[]): string {
  return path.at(-1) ?? "";
}

function nameOf(path: readonly string[]): string {
  return path.join(".").slice(0, 200);
}

function notFound(name: string): ProxyError {
  return new ProxyError("NOT_FOUND", `"${name}" does not exist or is not exposed`);
}
