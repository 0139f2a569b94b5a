/**
 * What is reachable of an object, and what its values must be: the shape of a
 * contract.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isReachableName } from "./plain.ts";

/** The schemas of a method's arguments: one each, or one of them all as a tuple. */
export type ArgumentSchemas = readonly StandardSchemaV1[] | StandardSchemaV1;

/** What a method's result must be: a value, a stream of values, an object with a contract of its own, or nothing. */
export type ResultContract = StandardSchemaV1 | StreamContract | Contract | undefined;

/** A method in a contract, made by `method`. */
export class MethodContract<
  out Args extends ArgumentSchemas = ArgumentSchemas,
  out Result extends ResultContract = ResultContract,
> {
  readonly args: Args;
  readonly result: Result;

  constructor(args: Args, result: Result) {
    this.args = args;
    this.result = result;
  }
}

/** A property in a contract, made by `property`. */
export class PropertyContract<
  out Read extends StandardSchemaV1 = StandardSchemaV1,
  out Write extends StandardSchemaV1 | false = StandardSchemaV1 | false,
> {
  readonly read: Read;
  readonly write: Write;

  constructor(read: Read, write: Write) {
    this.read = read;
    this.write = write;
  }
}

/** A signal in a contract, made by `signal`. */
export class SignalContract<out Args extends readonly StandardSchemaV1[] = readonly StandardSchemaV1[]> {
  readonly args: Args;

  constructor(args: Args) {
    this.args = args;
  }
}

/** A method's result that is a stream, made by `stream`. */
export class StreamContract<out Item extends StandardSchemaV1 = StandardSchemaV1> {
  readonly item: Item;

  constructor(item: Item) {
    this.item = item;
  }
}

/** One member in a contract. */
export type ContractMember = MethodContract | PropertyContract | SignalContract | Contract | ContractMembers;

/** The members in a contract by name; a nested object stands for a nested object. */
export interface ContractMembers {
  readonly [name: string]: ContractMember;
}

/** All that is reachable of an object, made by `defineContract`. */
export class Contract<out Members extends ContractMembers = ContractMembers> {
  readonly members: Members;

  constructor(members: Members) {
    this.members = members;
  }
}

/** How a property is set. */
export interface PropertyOptions<out Write extends StandardSchemaV1 | false> {
  /** Another schema for what the property is set to, or `false` for a property that is only read. Default: the same schema. */
  readonly set: Write;
}

/**
 * Lists exactly what is reachable of an object, with a schema for every value.
 *
 * Schemas are anything that speaks Standard Schema: zod, valibot, arktype. Throws
 * a `TypeError` for a member that is none, and for a name that is never reachable.
 *
 * @example
 * ```ts
 * const multiplier = defineContract({
 *   calculate: method([z.number()], z.number()),
 *   factor: property(z.number()),
 *   factorChanged: signal([z.number(), z.number()]),
 * });
 * ```
 */
export function defineContract<const Members extends ContractMembers>(members: Members): Contract<Members> {
  checkMembers(members, "");
  return new Contract(members);
}

/**
 * A method: the schemas of its arguments, and that of its result.
 *
 * Without the latter it gives nothing, whatever it returns. A contract as the
 * result means an object that stays where it is and is reached by that contract.
 */
export function method<const Args extends ArgumentSchemas>(args: Args): MethodContract<Args, undefined>;
export function method<const Args extends ArgumentSchemas, Result extends ResultContract>(
  args: Args,
  result: Result,
): MethodContract<Args, Result>;
export function method(args: ArgumentSchemas, result?: ResultContract): MethodContract {
  return new MethodContract(args, result);
}

/** A property: the schema of its value, read and set. Whether it can be set is also the object's to say. */
export function property<Read extends StandardSchemaV1>(read: Read): PropertyContract<Read, Read>;
export function property<Read extends StandardSchemaV1, const Write extends StandardSchemaV1 | false>(
  read: Read,
  options: PropertyOptions<Write>,
): PropertyContract<Read, Write>;
export function property(
  read: StandardSchemaV1,
  { set }: Partial<PropertyOptions<StandardSchemaV1 | false>> = {},
): PropertyContract {
  return new PropertyContract(read, set ?? read);
}

/** A signal: the schemas of what it emits. */
export function signal<const Args extends readonly StandardSchemaV1[]>(args: Args): SignalContract<Args> {
  return new SignalContract(args);
}

/** A method's result that is an async iterable: the schema of each of its values. */
export function stream<Item extends StandardSchemaV1>(item: Item): StreamContract<Item> {
  return new StreamContract(item);
}

/** Says whether a value is a schema. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const standard: unknown = isObject ? Reflect.get(value, "~standard") : undefined;
  return typeof standard === "object" && standard !== null && "validate" in standard;
}

function checkMembers(members: ContractMembers, prefix: string): void {
  if (typeof members !== "object" || members === null) throw new TypeError("defineContract: expected an object");
  for (const [name, member] of Object.entries(members)) {
    const fullName = `${prefix}${name}`;
    if (!isReachableName(name)) throw new TypeError(`defineContract: "${fullName}" is a name that is never reachable`);
    checkMember(member, fullName);
  }
}

function checkMember(member: ContractMember, name: string): void {
  // What a contract holds was checked when it was defined.
  if (member instanceof Contract) return;
  if (member instanceof MethodContract) checkMethod(member, name);
  else if (member instanceof SignalContract) checkSchemas(member.args, name);
  else if (member instanceof PropertyContract) checkSchemas([member.read, member.write || member.read], name);
  else if (isSchema(member)) throw new TypeError(`defineContract: "${name}" is a schema; say property(schema)`);
  else checkMembers(member, `${name}.`);
}

function checkMethod({ args, result }: MethodContract, name: string): void {
  checkSchemas(isSchema(args) ? [args] : args, name);
  if (result instanceof Contract || result === undefined) return;
  checkSchemas([result instanceof StreamContract ? result.item : result], name);
}

function checkSchemas(schemas: readonly unknown[], name: string): void {
  if (Array.isArray(schemas) && schemas.every(isSchema)) return;
  throw new TypeError(`defineContract: "${name}" is described by what is no Standard Schema`);
}
