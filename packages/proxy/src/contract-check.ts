/**
 * Whether an object can keep its contract, as far as that shows without running
 * its code.
 *
 * @module
 */

import {
  Contract,
  type ContractMember,
  type ContractMembers,
  MethodContract,
  PropertyContract,
  SignalContract,
} from "./contract.ts";

/** Throws a `TypeError` for an object that lacks what its contract lists. Runs no getter. */
export function checkKept(target: object, { members }: Contract): void {
  checkMembers(target, members, "");
}

function checkMembers(target: object, members: ContractMembers, prefix: string): void {
  for (const [name, listed] of Object.entries(members)) {
    const fullName = `${prefix}${name}`;
    if (!(name in target))
      throw new TypeError(`serve: the contract lists "${fullName}", which the object does not have`);
    const field = findField(target, name);
    if (field) checkField(field.value, listed, fullName);
  }
}

function checkField(value: unknown, listed: ContractMember, name: string): void {
  if (listed instanceof MethodContract) checkMethod(value, name);
  else if (!(listed instanceof PropertyContract || listed instanceof SignalContract)) {
    checkNested(value, listed instanceof Contract ? listed.members : listed, name);
  }
}

function checkMethod(value: unknown, name: string): void {
  if (typeof value !== "function")
    throw new TypeError(`serve: "${name}" is a method by its contract, not by its object`);
}

function checkNested(value: unknown, members: ContractMembers, name: string): void {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`serve: "${name}" is no object, as its contract has it`);
  checkMembers(value, members, `${name}.`);
}

/** Finds what a name holds, unless only a getter knows. */
function findField(target: object, name: string): { readonly value: unknown } | undefined {
  for (let owner: object | null = target; owner; owner = Object.getPrototypeOf(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor) return descriptor.get || descriptor.set ? undefined : { value: descriptor.value };
  }
  return undefined;
}
