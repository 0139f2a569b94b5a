/**
 * What is served to one far end.
 *
 * @module
 */

import type { Deed } from "@fourwire/session";
import { ByReference, construct } from "./crossing.ts";
import { describeObject } from "./description.ts";
import { ProxyError } from "./errors.ts";
import { followGiven } from "./given-value.ts";
import type { KeptResults } from "./kept-results.ts";
import { OPERATION_NAMES, Operation, ROOT, readTarget, type Target } from "./operation.ts";
import { checkHeld, type References } from "./references.ts";
import { type Relays, readSubscription } from "./relay.ts";
import { findNode, type RemoteNode } from "./remote-node.ts";
import type { Member, Rules } from "./rules.ts";
import type { ServedHooks } from "./served-hooks.ts";
import { isSignal, type SignalLike } from "./signal.ts";
import { readQueue } from "./signal-queue.ts";

/** What is served to one far end. */
export interface ServedObjectsOptions {
  readonly root: object | undefined;
  readonly exposure: Rules;
  readonly relays: Relays;
  readonly references: Pick<References, "get" | "isGiven">;
  /** The results that stay here for calls on them. */
  readonly kept: Pick<KeptResults, "get">;
  readonly hooks?: ServedHooks | undefined;
}

/** Runs what the far end asks of the root and of what it was sent by reference. */
export class ServedObjects {
  readonly #root: object | undefined;
  readonly #exposure: Rules;
  readonly #relays: Relays;
  readonly #references: Pick<References, "get" | "isGiven">;
  readonly #kept: Pick<KeptResults, "get">;
  readonly #hooks: ServedHooks | undefined;

  constructor({ root, exposure, relays, references, kept, hooks }: ServedObjectsOptions) {
    this.#root = root;
    this.#exposure = exposure;
    this.#relays = relays;
    this.#references = references;
    this.#kept = kept;
    this.#hooks = hooks;
  }

  /** Runs one operation. Throws what it throws, or a `ProxyError` for what may not be reached. */
  call(target: unknown, args: readonly unknown[]): unknown {
    if (typeof target === "string") return this.#callMember(this.#base(ROOT), target, target, args);
    const parts = readTarget(target);
    if (!parts) throw new ProxyError("NOT_FOUND", "The call's target is not one");
    // Whatever it was connected to may be gone.
    if (parts.operation === Operation.DISCONNECT) return this.#relays.disconnect(readSubscription(args[0]));
    return parts.reference < 0 ? this.#onResult(parts, args) : this.#on(this.#base(parts.reference), parts, args);
  }

  /** Runs one operation on something that a call gave, the end that it was given to included. */
  onGiven(given: unknown, parts: Target, args: readonly unknown[]): unknown {
    const { value, rest } = followGiven(given, parts.path);
    if (parts.operation === Operation.SET && rest.length === 0) throw notWritable(parts.path);
    if (rest.length === 0 && parts.operation === Operation.GET) return value;
    const base = value instanceof ByReference ? value.target : value;
    // What crosses by value is copied first: nothing done to it reaches the original.
    const isCopied = base === value && !findNode(base) && this.#exposure.isData(base);
    if (!isObject(base) || isCopied) throw notFound(nameOf(parts.path));
    return this.#on(base, { ...parts, path: rest }, args);
  }

  #onResult(parts: Target, args: readonly unknown[]): unknown {
    const result = this.#kept.get(-parts.reference);
    if (parts.operation === Operation.RESULT) return result;
    if (!(result instanceof Promise)) return this.onGiven(result, parts, args);
    return result.then((given) => this.onGiven(given, parts, args));
  }

  /** Runs one operation on an object, or hands it on to where the object is. */
  #on(base: object, parts: Target, args: readonly unknown[]): unknown {
    const foreign = this.#exposure.relays ? findNode(base) : undefined;
    return foreign ? relayTo(foreign, parts, args, this.#relays) : this.#enter(base, parts, args);
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

  #enter(base: object, parts: Target, args: readonly unknown[]): unknown {
    const run = (): unknown => this.#run(base, parts, args);
    return this.#hooks?.run ? this.#hooks.run(base, run) : run();
  }

  #run(base: object, { operation, reference, path }: Target, args: readonly unknown[]): unknown {
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
        return this.#relays.connect(readSubscription(args[0]), this.#signal(base, path), readQueue(args[1]));
      case Operation.CONSTRUCT:
        return this.#construct(base, reference, path, args);
      default:
        throw new ProxyError("NOT_FOUND", `Operation ${operation} is not known here`);
    }
  }

  #call(base: object, path: readonly string[], args: readonly unknown[]): unknown {
    if (path.length > 0) return this.#callMember(this.#owner(base, path), lastOf(path), nameOf(path), args);
    if (typeof base === "function") return Reflect.apply(base, undefined, args);
    throw new ProxyError("NOT_FOUND", "The object is not a function");
  }

  /** Makes an instance of a class, if that was given by reference; what only happens to be a class is none. */
  #construct(base: object, reference: number, path: readonly string[], args: readonly unknown[]): unknown {
    const member = path.length > 0 ? this.#member(base, path) : undefined;
    const itself = this.#references.isGiven(reference) ? new ByReference(base) : undefined;
    const instance = construct(member?.kind === "property" ? member.get() : !member && itself, args);
    if (!instance) throw new ProxyError("NOT_CALLABLE", `"${nameOf(path)}" is not given as a class`);
    this.#hooks?.constructed?.(instance.target);
    return instance;
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

  #set(base: object, path: readonly string[], value: unknown): unknown {
    const member = path.length > 0 ? this.#member(base, path) : undefined;
    if (!member || member.kind === "method" || !member.set) {
      throw notWritable(path);
    }
    return member.set(value);
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
  const { imported } = node;
  // What its user here has released is kept for those who use it by way of this end.
  const isOwed = imported !== undefined && imported.owed > 0;
  if (imported && !isOwed) checkHeld(imported);
  const kept = isOwed ? { imported: undefined } : {};
  const place = { ...node, ...kept, path: [...node.path, ...path], isResolved: false };
  const { signals } = node.endpoint;
  if (operation !== Operation.CONNECT) return node.endpoint.send(place, operation, args);
  const signal: SignalLike = {
    connect: (slot) => signals.connect(place, slot),
    disconnect: (slot) => signals.disconnect(place, slot),
    emit: () => undefined,
  };
  return relays.connect(readSubscription(args[0]), signal, readQueue(args[1]));
}

/** A client that has no slot at a signal asks its server, which alone knows a signal from an object that disconnects. */
function isDisconnectAll(name: string, args: readonly unknown[]): boolean {
  return name === "disconnect" && args.length === 0;
}

function lastOf(path: readonly string[]): string {
  return path.at(-1) ?? "";
}

function nameOf(path: readonly string[]): string {
  return path.join(".").slice(0, 200);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function notWritable(path: readonly string[]): ProxyError {
  return new ProxyError("NOT_WRITABLE", `"${nameOf(path)}" cannot be set`);
}

function notFound(name: string): ProxyError {
  return new ProxyError("NOT_FOUND", `"${name}" does not exist or is not exposed`);
}
