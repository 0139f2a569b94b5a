/**
 * One member that a contract lists: what is called, read and set behind its
 * schemas.
 *
 * @module
 */

import {
  Contract,
  type ContractMember,
  type ContractMembers,
  isSchema,
  MethodContract,
  PropertyContract,
  type ResultContract,
  SignalContract,
  StreamContract,
} from "./contract.ts";
import { ContractedSignal } from "./contracted-signal.ts";
import { ByReference } from "./crossing.ts";
import { ProxyError } from "./errors.ts";
import type { Member } from "./rules.ts";
import { isSignal } from "./signal.ts";
import { type Checked, type Promisable, validateEach, validateValue, whenThere } from "./validation.ts";

/** Where a member is, and whom its contract tells. */
export interface MemberPlace {
  readonly target: object;
  readonly name: string;
  /** The name with its path, for messages. */
  readonly fullName: string;
  /** Returns what stands for an object that is reached by a contract. */
  view(target: object, contract: Contract | ContractMembers, prefix?: string): object;
  report(error: unknown): void;
}

/** Finds what a contract makes of a member. */
export function contractedMember(place: MemberPlace, listed: ContractMember): Member | undefined {
  if (listed instanceof MethodContract) return contractedMethod(place, listed);
  if (listed instanceof PropertyContract) return contractedProperty(place, listed);
  if (listed instanceof SignalContract) return contractedSignal(place, listed);
  const get = (): unknown => {
    const value: unknown = Reflect.get(place.target, place.name);
    return isObject(value) ? place.view(value, listed, `${place.fullName}.`) : undefined;
  };
  return { kind: "property", plain: false, get, set: undefined };
}

function contractedMethod(place: MemberPlace, { args: schemas, result }: MethodContract): Member {
  const checked = checkedArguments(place);
  const call = (args: readonly unknown[]): unknown =>
    whenThere(validateArguments(schemas, args, checked), (valid) =>
      whenThere(invoke(place, valid), (value) => validateResult(place, result, value)),
    );
  return { kind: "method", plain: false, arity: isSchema(schemas) ? 0 : schemas.length, call };
}

function validateArguments(
  schemas: MethodContract["args"],
  args: readonly unknown[],
  checked: Checked,
): Promisable<readonly unknown[]> {
  if (!isSchema(schemas)) return validateEach(schemas, args, checked);
  return whenThere(validateValue(schemas, args, checked), (valid) => (Array.isArray(valid) ? valid : [valid]));
}

function invoke({ target, name, fullName }: MemberPlace, args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== "function") throw new ProxyError("NOT_FOUND", `The object has no method "${fullName}"`);
  return Reflect.apply(method, target, args);
}

function validateResult(place: MemberPlace, result: ResultContract, value: unknown): unknown {
  if (result === undefined) return undefined;
  if (result instanceof Contract) return giveView(place, result, value);
  if (result instanceof StreamContract) return giveStream(place, result, value);
  return validateOutgoing(place, result, value);
}

/** Holds what leaves against its schema. What does not fit is the object's fault, so this end hears of it too. */
function validateOutgoing(
  place: MemberPlace,
  schema: Parameters<typeof validateValue>[0],
  value: unknown,
): Promisable<unknown> {
  const fail = (error: unknown): never => {
    place.report(error);
    throw error;
  };
  try {
    const valid = validateValue(schema, value, checkedResult(place));
    return valid instanceof Promise ? valid.catch(fail) : valid;
  } catch (error) {
    return fail(error);
  }
}

function giveView(place: MemberPlace, contract: Contract, value: unknown): unknown {
  if (isObject(value)) return new ByReference(place.view(value, contract));
  throw refuseResult(place, "is no object");
}

function giveStream(place: MemberPlace, { item }: StreamContract, value: unknown): AsyncIterable<unknown> {
  if (!isAsyncIterable(value)) throw refuseResult(place, "is no async iterable");
  return validateItems(value, (each) => validateOutgoing(place, item, each));
}

async function* validateItems(
  items: AsyncIterable<unknown>,
  validate: (item: unknown) => unknown,
): AsyncGenerator<unknown> {
  for await (const item of items) yield await validate(item);
}

function refuseResult(place: MemberPlace, message: string): ProxyError {
  const text = `"${place.fullName}" did not give what it promises: it ${message}`;
  const error = new ProxyError("INVALID_RESULT", text, { issues: [{ path: [], message }] });
  place.report(error);
  return error;
}

function contractedProperty(place: MemberPlace, { read, write }: PropertyContract): Member {
  const { target, name } = place;
  const get = (): unknown =>
    whenThere<unknown, unknown>(Reflect.get(target, name), (value) => validateOutgoing(place, read, value));
  const set = (value: unknown): unknown =>
    whenThere(validateValue(write || read, value, checkedArguments(place)), (valid) => assign(place, valid));
  return { kind: "property", plain: false, get, set: write && isWritable(target, name) ? set : undefined };
}

function assign({ target, name, fullName }: MemberPlace, value: unknown): void {
  if (!Reflect.set(target, name, value)) throw new ProxyError("NOT_WRITABLE", `"${fullName}" cannot be set`);
}

/** Says whether setting a property can succeed, without reading it. */
function isWritable(target: object, name: string): boolean {
  for (let owner: object | null = target; owner; owner = Object.getPrototypeOf(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor) return descriptor.set !== undefined || descriptor.writable === true;
  }
  return false;
}

function contractedSignal(place: MemberPlace, { args }: SignalContract): Member {
  const get = (): unknown => {
    const source: unknown = Reflect.get(place.target, place.name);
    if (!isSignal(source)) return undefined;
    return new ContractedSignal(source, args, { ...checkedResult(place), report: place.report });
  };
  return { kind: "property", plain: false, get, set: undefined, isSignal: true };
}

function checkedArguments({ fullName, report }: MemberPlace): Checked {
  return { code: "INVALID_ARGUMENTS", name: fullName, report };
}

function checkedResult({ fullName, report }: MemberPlace): Checked {
  return { code: "INVALID_RESULT", name: fullName, report };
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return isObject(value) && typeof Reflect.get(value, Symbol.asyncIterator) === "function";
}
