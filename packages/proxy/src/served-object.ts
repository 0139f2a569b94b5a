/**
 * A served object as one client sees it.
 *
 * @module
 */

import type { Deed, Handler, Session } from "@fourwire/session";
import { type Description, describeObject } from "./description.ts";
import { ProxyError } from "./errors.ts";
import type { Exposure, Member } from "./exposure.ts";
import { OPERATION_NAMES, Operation, ROOT, readTarget, type Target } from "./operation.ts";
import { Relays } from "./relay.ts";
import { isSignal, type SignalLike } from "./signal.ts";

/** Runs what one client asks of the served root. */
export class ServedObject implements Handler {
  readonly #root: object;
  readonly #exposure: Exposure;
  readonly #relays: Relays;

  constructor(root: object, exposure: Exposure, session: Session, onError: (error: Error) => void) {
    this.#root = root;
    this.#exposure = exposure;
    this.#relays = new Relays(session, onError);
  }

  call(target: unknown, args: readonly unknown[]): unknown {
    if (typeof target === "string") return this.#callMember(this.#root, target, target, args);
    const parts = readTarget(target);
    if (parts?.reference !== ROOT) throw new ProxyError("NOT_FOUND", "The call's target is not one");
    return this.#run(parts, args);
  }

  notify(target: unknown, args: readonly unknown[]): unknown {
    return this.call(target, args);
  }

  /** Names what is asked: `call`, `get`, `set`, `describe`, `connect` or `disconnect`, and the member's path. */
  describe(target: unknown): Deed {
    if (typeof target === "string") return { action: "call", subject: target };
    const parts = readTarget(target);
    const action = parts && OPERATION_NAMES[parts.operation];
    return { action: action ?? "call", subject: nameOf(parts?.path ?? []) };
  }

  #run(target: Target, args: readonly unknown[]): unknown {
    switch (target.operation) {
      case Operation.CALL:
        return this.#callMember(this.#owner(target.path), lastOf(target.path), nameOf(target.path), args);
      case Operation.GET:
        return this.#get(target.path);
      case Operation.SET:
        return this.#set(target.path, args[0]);
      case Operation.DESCRIBE:
        return this.#describe(target.path);
      case Operation.CONNECT:
        return this.#relays.connect(readSubscription(args[0]), this.#signal(target.path));
      case Operation.DISCONNECT:
        return this.#relays.disconnect(readSubscription(args[0]));
      default:
        throw new ProxyError("NOT_FOUND", `Operation ${target.operation} is not known here`);
    }
  }

  #callMember(owner: object, name: string, fullName: string, args: readonly unknown[]): unknown {
    const member = this.#exposure.member(owner, name);
    if (member?.kind === "method") return member.call(args);
    if (!member && owner !== this.#root && isDisconnectAll(name, args) && isSignal(owner)) return undefined;
    if (!member || member.kind === "absent") throw notFound(fullName);
    throw new ProxyError("NOT_CALLABLE", `"${fullName}" is a property, not a method`);
  }

  #get(path: readonly string[]): unknown {
    // As a value it would cross whole, past the rules.
    if (path.length === 0) throw new ProxyError("NOT_FOUND", "The root is not a value; read its members");
    const member = this.#member(path);
    if (member.kind === "method") throw new ProxyError("NOT_FOUND", `"${nameOf(path)}" is a method; call it`);
    if (member.kind === "absent") throw notFound(nameOf(path));
    return member.get();
  }

  #set(path: readonly string[], value: unknown): void {
    const member = path.length > 0 ? this.#member(path) : undefined;
    if (!member || member.kind === "method" || !member.set) {
      throw new ProxyError("NOT_WRITABLE", `"${nameOf(path)}" cannot be set`);
    }
    member.set(value);
  }

  #describe(path: readonly string[]): Description {
    return describeObject(this.#walk(path, path.length), this.#exposure);
  }

  #signal(path: readonly string[]): SignalLike {
    const member = this.#member(path);
    const value = member.kind === "property" ? member.get() : undefined;
    if (!isSignal(value)) throw new ProxyError("NOT_A_SIGNAL", `"${nameOf(path)}" is not a signal`);
    return value;
  }

  #member(path: readonly string[]): Member {
    const member = this.#exposure.member(this.#owner(path), lastOf(path));
    if (!member) throw notFound(nameOf(path));
    return member;
  }

  #owner(path: readonly string[]): object {
    return this.#walk(path, path.length - 1);
  }

  /** Follows the first steps of a path through properties that hold objects. */
  #walk(path: readonly string[], steps: number): object {
    let owner = this.#root;
    for (let step = 0; step < steps; step += 1) {
      const member = this.#exposure.member(owner, path[step] ?? "");
      const value = member?.kind === "property" ? member.get() : undefined;
      if (typeof value !== "object" || value === null) throw notFound(nameOf(path.slice(0, step + 1)));
      owner = value;
    }
    return owner;
  }
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
