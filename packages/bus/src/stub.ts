/**
 * Remote functions, as callers hold them.
 *
 * @module
 */

import type { GatherOptions, RpcAnswer, RpcOptions } from "./call-options.ts";
import type { Contract, ContractFunctions, ContractSignature } from "./contract.ts";
import type { AnyFunction } from "./method-names.ts";
import type { NamedArguments } from "./named.ts";
import type { RpcCaller } from "./rpc-caller.ts";

/** A function of which nothing is known. */
export type UntypedFunction = (...args: unknown[]) => unknown;

/** The arguments of a remote function: by position, by name, or the first by position and the others by name. */
export type RemoteArguments<Fn extends AnyFunction> = Parameters<Fn> | [...unknown[], NamedArguments];

/** What a remote function comes to. */
export type RemoteValue<Fn extends AnyFunction> = Awaited<ReturnType<Fn>>;

/** A function that others serve. Called, it is `one`. */
export interface Stub<Fn extends AnyFunction> {
  /** Calls one server, another one with every call. */
  (...args: RemoteArguments<Fn>): Promise<RemoteValue<Fn>>;
  /** The name by which it is served. */
  readonly remoteName: string;
  /**
   * Calls one server, the one with the fewest calls of this bus. Rejects with
   * what the function threw, `NO_SERVER`, `TIMEOUT`, or the signal's reason.
   */
  one(...args: RemoteArguments<Fn>): Promise<RemoteValue<Fn>>;
  /** Calls all servers and resolves with the first result; the others are aborted. Rejects as `one`, with the first error when none has a result. */
  first(...args: RemoteArguments<Fn>): Promise<RemoteValue<Fn>>;
  /** Calls all servers and yields their answers as they arrive, until the one deadline at the latest. Rejects with `NO_SERVER`. */
  all(...args: RemoteArguments<Fn>): AsyncGenerator<RpcAnswer<RemoteValue<Fn>>, void>;
  /** Calls all servers and resolves with the list of their answers; never rejects. */
  rpc(...args: RemoteArguments<Fn>): Promise<readonly RpcAnswer<RemoteValue<Fn>>[]>;
  /** Makes a stub with other options, which add to those of this one. */
  with(options: GatherOptions<RemoteValue<Fn>>): Stub<Fn>;
}

/** The functions of a contract, as callers hold them. */
export type ContractStub<Functions extends ContractFunctions> = {
  readonly [Name in keyof Functions]: Stub<ContractSignature<Functions[Name]>>;
};

/** Makes a stub. */
export function createStub<Fn extends AnyFunction>(
  caller: RpcCaller,
  name: string,
  options: GatherOptions<RemoteValue<Fn>>,
): Stub<Fn> {
  // `count`, `silenceMs` and `until` are for all servers only.
  const { signal, timeoutMs, idempotencyKey, metadata } = options;
  const single: RpcOptions = { signal, timeoutMs, idempotencyKey, metadata };
  const one = (...args: readonly unknown[]): Promise<RemoteValue<Fn>> => caller.one(name, args, single);
  return Object.assign(one, {
    remoteName: name,
    one,
    first: (...args: readonly unknown[]) => caller.first<RemoteValue<Fn>>(name, args, single),
    all: (...args: readonly unknown[]) => caller.all<RemoteValue<Fn>>(name, args, options),
    rpc: (...args: readonly unknown[]) => caller.list<RemoteValue<Fn>>(name, args, options),
    with: (more: GatherOptions<RemoteValue<Fn>>) => createStub<Fn>(caller, name, { ...options, ...more }),
  });
}

/** Makes the stubs of a contract. */
export function createContractStub<Functions extends ContractFunctions>(
  caller: RpcCaller,
  contract: Contract<Functions>,
  options: RpcOptions,
): ContractStub<Functions> {
  const stubs = Object.keys(contract.functions).map((fn): [string, Stub<AnyFunction>] => [
    fn,
    createStub<AnyFunction>(caller, contract.nameOf(fn), options),
  ]);
  // The keys are the contract's, and each stub's types are those of its schemas.
  return Object.fromEntries(stubs) as unknown as ContractStub<Functions>;
}
