/**
 * What a contract says to the compiler: of the object, and of its proxy.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Contract, MethodContract, PropertyContract, SignalContract, StreamContract } from "./contract.ts";
import type { SignalLike } from "./signal.ts";
import type { Received, RemoteOf, RemoteSignal, UseSetInstead } from "./types.ts";
import type { Promisable } from "./validation.ts";

type Input<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : never;
type Output<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : never;

/** A list whose last elements may be left out as far as they may be undefined. */
type OptionalTail<List extends readonly unknown[]> = List extends readonly [...infer Rest, infer Last]
  ? undefined extends Last
    ? [...OptionalTail<Rest>, Last?]
    : List
  : List;

/** The values that a list of schemas, or the schema of a list, takes. */
type InputList<Schemas> = Schemas extends readonly StandardSchemaV1[]
  ? OptionalTail<{ -readonly [Index in keyof Schemas]: Input<Schemas[Index]> }>
  : Extract<Input<Schemas>, readonly unknown[]>;

/** The values that a list of schemas, or the schema of a list, makes. */
type OutputList<Schemas> = Schemas extends readonly StandardSchemaV1[]
  ? { -readonly [Index in keyof Schemas]: Output<Schemas[Index]> }
  : Extract<Output<Schemas>, readonly unknown[]>;

/**
 * An object that keeps a contract.
 *
 * Its methods take what the schemas of their arguments make, and return what
 * the schema of their result takes.
 */
export type ServedBy<Of extends Contract> = Of extends Contract<infer Members> ? ServedMembers<Members> : never;

type ServedMembers<Members> = { readonly [Name in keyof Members]: ServedMember<Members[Name]> };

type ServedMember<Member> =
  Member extends MethodContract<infer Args, infer Result>
    ? (...args: OutputList<Args>) => Promisable<ServedResult<Result>>
    : Member extends PropertyContract<infer Read, infer _>
      ? Promisable<Input<Read>>
      : Member extends SignalContract<infer Args>
        ? SignalLike<InputList<Args>>
        : Member extends Contract<infer Members>
          ? ServedMembers<Members>
          : ServedMembers<Member>;

type ServedResult<Result> =
  Result extends StreamContract<infer Item>
    ? AsyncIterable<Input<Item>>
    : Result extends Contract<infer Members>
      ? ServedMembers<Members>
      : Result extends StandardSchemaV1
        ? Input<Result>
        : unknown;

/**
 * The proxy of an object that is served by a contract.
 *
 * Its methods take what the schemas of their arguments take, and promise what
 * the schema of their result makes. Properties are read whole.
 */
export type RemoteContract<Of extends Contract> = Of extends Contract<infer Members> ? RemoteMembers<Members> : never;

type RemoteMembers<Members> = { [Name in keyof Members]: RemoteContractMember<Members[Name]> } & RemoteOf<
  SettableMembers<Members>
>;

type RemoteContractMember<Member> =
  Member extends MethodContract<infer Args, infer Result>
    ? (...args: InputList<Args>) => Promise<RemoteResult<Result>>
    : Member extends PropertyContract<infer Read, infer _>
      ? UseSetInstead<Received<Output<Read>>>
      : Member extends SignalContract<infer Args>
        ? RemoteSignal<OutputList<Args>>
        : Member extends Contract<infer Members>
          ? RemoteMembers<Members>
          : RemoteMembers<Member>;

type RemoteResult<Result> =
  Result extends StreamContract<infer Item>
    ? AsyncIterableIterator<Output<Item>, undefined>
    : Result extends Contract<infer Members>
      ? RemoteMembers<Members> & Disposable
      : Result extends StandardSchemaV1
        ? Received<Output<Result>>
        : undefined;

/** What `set` may set: the properties, with what the schema for setting them takes. */
type SettableMembers<Members> = {
  [Name in keyof Members as Members[Name] extends PropertyContract<infer _, infer Write>
    ? Write extends StandardSchemaV1
      ? Name
      : never
    : never]: Members[Name] extends PropertyContract<infer _, infer Write> ? Input<Write> : never;
};
