/**
 * The static face of a remote object.
 *
 * @module
 */

import type { Connection, ConnectSlotOptions } from "./remote-signal.ts";
import type { SignalLike, Slot } from "./signal.ts";

/** Names that are never reachable. */
type HiddenName = "constructor" | "prototype" | "then" | "catch" | "finally" | `_${string}` | symbol;

/** The reachable names of an object. */
type ReachableName<Object> = Exclude<keyof Object, HiddenName>;

/** A function of any kind. */
type AnyFunction = (...args: never[]) => unknown;

/** A class of any kind. */
type AnyClass = abstract new (...args: never[]) => unknown;

/** The arguments of a signal. */
type SignalArguments<Signal> = Signal extends { emit(...args: infer Args): unknown } ? Args : never;

/** What crosses by value and has no members of its own. */
type Leaf = string | number | bigint | boolean | symbol | null | undefined | Date | Error | RegExp;

/** The key under which a proxy's type, and nothing at run time, keeps the type that it stands for. */
declare const ORIGIN: unique symbol;

/** Whatever stands for an object of this type. */
export interface RemoteOf<Object> {
  readonly [ORIGIN]?: Object;
}

/**
 * An object that lives in another process.
 *
 * Methods return promises; properties are read with `await`; signals connect
 * local slots.
 */
export type Remote<Object> = RemoteFields<Object> & RemoteOf<Object>;

/**
 * A member of a remote object.
 *
 * The arms go from what would also match a later one: a signal is an object, a
 * method too.
 */
export type RemoteMember<Value> =
  // A signal, whose slots live here.
  [Value] extends [SignalLike<infer _>]
    ? RemoteSignal<SignalArguments<Value>>
    : // A method.
      [Value] extends [AnyFunction]
      ? RemoteMethod<Value>
      : // A class.
        [Value] extends [AnyClass]
        ? RemoteClass<Value>
        : // Everything else is read.
          RemoteProperty<Value>;

/** A class of a remote process: its instances are made and stay there. */
export type RemoteClass<Class> = Class extends abstract new (
  ...args: infer Args
) => infer Instance
  ? new (
      ...args: Args
    ) => Promise<Remote<Instance> & Disposable>
  : never;

/**
 * A method of a remote object: what it returns, in a promise whose members are
 * those of the object to come.
 *
 * Only the last overload is seen, and type parameters become their constraints,
 * as TypeScript infers them.
 */
export type RemoteMethod<Method> = Method extends (...args: infer Args) => infer Result
  ? (...args: Args) => RemoteResult<Awaited<Result>>
  : never;

/**
 * The result of a call: a promise of it, on which members of an object to come
 * can be read and called at once, without waiting for it.
 */
export type RemoteResult<Value> = Promise<Received<Value>> &
  ([Value] extends [Leaf | Collection | AsyncIterable<unknown> | AnyFunction] ? unknown : Remote<Value>);

/**
 * What a value is once it has crossed.
 *
 * The arms go from what would also match a later one: a web stream is an async
 * iterable, which has methods, as a map does.
 */
export type Received<Value> =
  // Plain values.
  Value extends Leaf
    ? Value
    : // A web stream stays one.
      Value extends ReadableStream<infer Item>
      ? ReadableStream<Item>
      : // Any other stream can be read once.
        Value extends AsyncIterable<infer Item>
        ? AsyncIterableIterator<Item, undefined>
        : // A function stays where it is.
          Value extends AnyFunction
          ? RemoteMethod<Value> & Disposable
          : // A collection crosses whole.
            Value extends Collection
            ? Value
            : // An object with methods stays where it is.
              HasMethod<Value> extends true
              ? Remote<Value> & Disposable
              : Value;

/** What crosses by value although it has methods. */
type Collection =
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | readonly unknown[]
  | ArrayBufferView
  | PromiseLike<unknown>;

/** Whether an object has a method. */
type HasMethod<Value> = true extends {
  [Name in keyof Value]-?: Value[Name] extends AnyFunction ? true : never;
}[keyof Value]
  ? true
  : false;

/** A property of a remote object: its value when awaited, its own members by name. */
export type RemoteProperty<Value> = UseSetInstead<Value> & ([Value] extends [Leaf] ? unknown : Remote<Value>);

/** The members of an object. Not `readonly`: the compiler would then say so, instead of what to use. */
type RemoteFields<Object> = { [Name in ReachableName<Object>]: RemoteMember<Object[Name]> };

/**
 * A value at the other end: `await` reads it, `set(proxy, name, value)` writes it.
 *
 * Assigning to it is refused because an assignment could not report a failure;
 * its name is what the compiler says then.
 */
export interface UseSetInstead<Value> extends PromiseLike<Awaited<Value>> {
  catch<Otherwise>(
    onRejected: (reason: unknown) => Otherwise | PromiseLike<Otherwise>,
  ): Promise<Awaited<Value> | Otherwise>;
  finally(onSettled: () => void): Promise<Awaited<Value>>;
}

/** A signal of a remote object. */
export interface RemoteSignal<Args extends readonly unknown[]> {
  /** Connects a slot; resolved means that the very next emission reaches it. */
  connect(slot: Slot<Args>, options?: ConnectSlotOptions): Promise<Connection>;
  /** Disconnects a slot, or every slot of this proxy when none is given. */
  disconnect(slot?: Slot<Args>): Promise<void>;
}

/** The names of properties that can be set: everything that is neither method nor signal. */
export type SettableName<Object> = {
  [Name in ReachableName<Object>]: [Object[Name]] extends [SignalLike<infer _>]
    ? never
    : [Object[Name]] extends [AnyFunction | AnyClass]
      ? never
      : Name;
}[ReachableName<Object>];
