/**
 * What a served object offers, found without running its code.
 *
 * @module
 */

import type { Rules } from "./rules.ts";
import { isSignal } from "./signal.ts";

/** One reachable member. */
export interface MemberDescription {
  readonly name: string;
  readonly kind: "method" | "property" | "signal";
  /** The number of parameters that a method declares, and 0 otherwise. */
  readonly arity: number;
  /** Whether `set` can succeed. */
  readonly writable: boolean;
}

/** The reachable members of an object. */
export interface Description {
  /** The name of the object's class; `Object` for a literal. */
  readonly className: string;
  readonly members: readonly MemberDescription[];
}

/**
 * Lists an object's reachable members by name.
 *
 * No getter runs, so a property that only a getter gives is a `property` even if
 * it holds a signal.
 */
export function describeObject(owner: object, rules: Rules): Description {
  const members = rules.names(owner).flatMap((name) => describeMember(owner, name, rules));
  return { className: classNameOf(owner), members: members.sort((left, right) => (left.name < right.name ? -1 : 1)) };
}

function describeMember(owner: object, name: string, rules: Rules): MemberDescription[] {
  const member = rules.member(owner, name);
  if (!member || member.kind === "absent") return [];
  if (member.kind === "method") return [{ name, kind: "method", arity: member.arity, writable: false }];
  const field: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
  const kind = member.isSignal || isSignal(field) ? "signal" : "property";
  return [{ name, kind, arity: 0, writable: member.set !== undefined }];
}

function classNameOf(owner: object): string {
  const prototype: unknown = Object.getPrototypeOf(owner);
  if (typeof prototype !== "object" || prototype === null) return "Object";
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name: unknown = typeof type === "function" ? Object.getOwnPropertyDescriptor(type, "name")?.value : undefined;
  return typeof name === "string" ? name : "Object";
}
